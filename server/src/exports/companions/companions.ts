/** What lies beside every export, whatever its format. */
import type { ExportBalance } from '@gleaner/shared/exports'
import type { LeakCertificate } from '@gleaner/shared/splits'
import type { SetSink, WrittenFile } from '../engine/set-sink.ts'
import type { ExportSet } from '../exporter.ts'
import { classWeights, oversampleLines } from './balance.ts'
import { type Card, datasetCard } from './card.ts'
import { creditLines } from './credits.ts'
import { croissant } from './croissant.ts'
import { datasheet } from './datasheet.ts'
import { factsOf } from './facts.ts'

export interface CompanionParts {
  readonly certificate: LeakCertificate
  readonly balance: ExportBalance | undefined
  readonly card: Card
}

/** Files that Croissant names one by one; pictures beyond are named by their pattern. */
const mostNamed = 1_000

/** One that the format has written itself, under the same name, stays. */
export async function writeCompanions(
  set: ExportSet,
  sink: SetSink,
  { certificate, balance, card }: CompanionParts,
): Promise<void> {
  const facts = await factsOf(set)
  const write = async (path: string, content: () => string | AsyncIterable<string>) => {
    if (sink.hasWritten(path)) return
    const made = content()
    if (typeof made === 'string') await sink.write(path, made)
    else await sink.stream(path, made)
  }
  await write('classes.txt', () => set.classes.map(({ name }) => `${name}\n`).join(''))
  await write('CREDITS.csv', () => creditLines(set))
  if (balance?.classWeights) await write('class_weights.json', () => classWeights(set))
  if (balance?.oversampleList) await write('oversample.csv', () => oversampleLines(set))
  await write('DATASHEET.md', () => datasheet(set, facts, certificate))
  const { files, hasPictures } = await namedFiles(sink)
  await write('croissant.json', () => croissant(set, files, hasPictures))
  await write('README.md', () => datasetCard(set, facts, certificate, card))
}

async function namedFiles(sink: SetSink) {
  const files: WrittenFile[] = []
  let hasPictures = false
  for await (const file of sink.files()) {
    if (/\.(?:jpg|png|webp)$/.test(file.path)) hasPictures = true
    else if (files.length < mostNamed || file.path === 'CREDITS.csv') files.push(file)
  }
  return { files, hasPictures }
}
