/** Pictures made up for a test, edited as the web does it, and collected from a host on this machine. */
import type { CandidateRow } from '@gleaner/shared/api'
import { type DatasetSettings, defaultSettings } from '@gleaner/shared/dataset'
import sharp, { type Sharp } from 'sharp'
import type { DatasetStore } from '../../src/store/index.ts'
import { type BadHost, startBadHost } from './bad-host.ts'
import { photo } from './photo.ts'
import { numbersFrom } from './pictures.ts'
import { candidate, type RunningIngest, rowsByPath, runIngest } from './run-ingest.ts'

export interface CopiesRun {
  readonly run: RunningIngest
  readonly host: BadHost
  /** Collects files that the host has, all at once, and waits for their ends. @returns the dataset */
  readonly collect: (names: readonly string[], label?: string) => Promise<DatasetStore>
  readonly rowOf: (name: string) => CandidateRow | undefined
  readonly close: () => Promise<void>
}

export async function collectFrom(
  files: Readonly<Record<string, Buffer>>,
  nearDuplicates: Partial<DatasetSettings['nearDuplicates']> = {},
): Promise<CopiesRun> {
  const host = await startBadHost({ files })
  const run = await runIngest()
  const dataset = run.home.create('Birds')
  dataset.update({
    settings: {
      ...defaultSettings,
      nearDuplicates: { ...defaultSettings.nearDuplicates, ...nearDuplicates },
    },
  })
  return {
    ...{ run, host },
    collect: async (names, label = 'Red panda') => {
      // Each from a host of its own: one that sends the same for many addresses would be taken for one that refuses.
      const wanted = names.map(name => candidate([host.url(`/files/${name}`, `${nameOf(name)}.example`)]))
      run.collect(wanted, { class: label })
      await run.settled()
      return dataset
    },
    rowOf: name => rowsByPath(dataset)[`/files/${name}`],
    close: async () => {
      const findings = await run.close()
      await host.close()
      if (findings.length > 0) throw new Error(`not as it should be: ${JSON.stringify(findings)}`)
    },
  }
}

const nameOf = (file: string) => file.replace(/[^a-z0-9]+/g, '-')

/** Another one for each seed, with detail down to the pixel. */
export async function scene(seed: number, widthPx = 800): Promise<Sharp> {
  const [width, height] = [widthPx, Math.round(widthPx * 0.75)]
  const next = numbersFrom(seed + 1000)
  const grain = Buffer.from(
    Uint8Array.from({ length: width * height * 4 }, (_, at) => (at % 4 === 3 ? 50 : next() * 256)),
  )
  const picture = await photo(width, height, seed)
  const sharpened = picture.composite([{ input: grain, raw: { width, height, channels: 4 } }])
  const { data, info } = await sharpened.raw().toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
}

export const jpeg = (picture: Sharp, quality = 90): Promise<Buffer> =>
  picture.clone().jpeg({ quality }).toBuffer()
