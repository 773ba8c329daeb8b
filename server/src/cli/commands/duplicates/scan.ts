import { resolve } from 'node:path'
import type { Command } from 'commander'
import { contextOf } from '../../context.ts'
import { lookThrough } from '../../duplicates/look-through.ts'
import { refuseBadTarget, writePage } from '../../duplicates/page-file.ts'
import { makeReport } from '../../duplicates/report.ts'
import { reportPage } from '../../duplicates/report-page.ts'
import { reportLines } from '../../duplicates/report-text.ts'
import { createThumbnails } from '../../duplicates/thumbnails.ts'
import { exitFound, readBits, widestBits, withTools } from './work.ts'

interface ScanOptions {
  readonly html?: string
  readonly bits: number
}

/** `duplicates scan FOLDER`: no dataset, no server, nothing changed. */
export function addScanCommand(duplicates: Command): void {
  duplicates
    .command('scan <folder>')
    .description(
      'find the copies among the pictures of any folder and propose which to keep; deletes nothing; exit code 2 when there are some',
    )
    .option('--html <file>', 'write a page with the pictures side by side')
    .option('--bits <number>', 'compare only what lies this near (0 to 96 of 256)', readBits, widestBits)
    .action(async (folder: string, { html, bits }: ScanOptions, command: Command) => {
      const { output } = contextOf(command)
      if (html !== undefined) await refuseBadTarget(html)
      await withTools(output, async tools => {
        const root = resolve(folder)
        const seen = await lookThrough([root], { ...tools, maxBits: bits })
        const report = makeReport(root, seen, tools.fingerprints)
        if (html !== undefined) {
          await writePage(html, reportPage(report, createThumbnails(tools.decoders, tools.signal)))
          output.note(`The page is in ${resolve(html)}`)
        }
        output.result(report, () => reportLines(report))
        if (report.copies > 0) process.exitCode = exitFound
      })
    })
}
