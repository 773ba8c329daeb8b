/**
 * How long exports take and how much memory, each figure beside something measured in the same run.
 *
 * `npm run -s bench:export [-- --quick] [--json] [--only tar,zip,parquet,memory,engine] [--rounds N]`
 */
import { join } from 'node:path'
import { measureTar, measureZip } from './export/containers.ts'
import { type Bench, withFiles } from './export/figure.ts'
import { measureEngine, measureMemory } from './export/memory.ts'
import { measureParquet } from './export/parquet.ts'
import { runParts } from './run-parts.ts'

await runParts<Bench>({
  name: 'bench:export',
  parts: {
    tar: measureTar,
    zip: measureZip,
    parquet: measureParquet,
    memory: measureMemory,
    engine: measureEngine,
  },
  targets: {
    tarWallToGnuTar: { most: 2 },
    webdatasetWallToGnuTar: { most: 2 },
    zipWallToZip0: { most: 2.5 },
    parquetWallToLibrary: { most: 1.1 },
    memoryMbAt100k: { most: 500 },
    engineMemoryMbAt100k: { most: 500 },
  },
  rounds: { usual: 5, least: 3 },
  prepare: bench => withFiles(bench, join(bench.folder, 'pictures')),
})
