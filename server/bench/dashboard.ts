/**
 * How the dashboard keeps up with very many pictures, each figure beside something measured in the same run.
 *
 * `npm run -s bench:dashboard [-- --quick] [--json] [--only index,browser] [--rounds N]`
 */
import { measureBrowser } from './dashboard/browser.ts'
import { measureBulk } from './dashboard/bulk.ts'
import { measureIndex } from './dashboard/index-part.ts'
import { runParts } from './run-parts.ts'

await runParts({
  name: 'bench:dashboard',
  parts: { index: measureIndex, bulk: measureBulk, browser: measureBrowser },
  targets: {
    listGrowth: { most: 3 },
    countGrowth: { most: 3 },
    facetGrowth: { most: 3 },
    textGrowth: { most: 3 },
    firstScreenGrowth: { most: 1.5 },
    longestTurnMs: { most: 50 },
    memoryMiB: { most: 600 },
    bulkBlocksMs: { most: 50 },
    droppedFrames: { most: 0.01 },
    pageMiB: { most: 300 },
    keyToPictureMs: { most: 50 },
  },
  rounds: { usual: 15, least: 1 },
  prepare: bench => bench,
})
