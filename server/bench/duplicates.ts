/**
 * How many copies are found and at what cost, each figure beside something measured in the same run.
 *
 * `npm run -s bench:duplicates [-- --quick] [--json] [--only recall,lookup,folder,ingest] [--rounds N] [--page FILE]`
 */
import sharp from 'sharp'
import type { Bench } from './duplicates/figure.ts'
import { measureFolder } from './duplicates/folder.ts'
import { measureIngest } from './duplicates/ingest.ts'
import { measureLookup } from './duplicates/lookup.ts'
import { measureRecall } from './duplicates/recall.ts'
import { runParts } from './run-parts.ts'

await runParts<Bench>({
  name: 'bench:duplicates',
  parts: { recall: measureRecall, lookup: measureLookup, folder: measureFolder, ingest: measureIngest },
  targets: {
    recallAboveWanted: { least: 0 },
    precision: { least: 0.999 },
    negativesTaken: { most: 0 },
    lookupGrowth1m: { most: 12 },
    oneFormToRead: { most: 2 },
    perFormToRead: { most: 2 },
    loadMs: { most: 200 },
    unequalToBruteForce: { most: 0 },
    copiesMissed: { most: 0 },
    folderCpuToFindimagedupes: { most: 0.5 },
    folderRecallToFindimagedupes: { least: 1 },
    folderFalsePairs: { most: 0 },
    addedShareOfIngest: { most: 0.15 },
  },
  rounds: { usual: 5, least: 1 },
  versions: [`sharp ${sharp.versions.sharp} (libvips ${sharp.versions.vips})`],
  options: { page: { type: 'string' } },
  prepare: (bench, typed) => ({ ...bench, page: typeof typed.page === 'string' ? typed.page : undefined }),
})
