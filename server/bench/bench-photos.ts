/** The pictures a measurement runs over. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { picture } from '../test/support/pictures.ts'

export interface BenchPhotos {
  readonly paths: readonly string[]
  readonly source: string
}

const generated = 120

/** The photos beside the checkout, or made-up ones written to `folder` where there are none. */
export async function benchPhotos(folder: string): Promise<BenchPhotos> {
  const corpus = sharedFolder('corpus/photos')
  if (corpus) {
    const paths = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .filter(name => /\.jpe?g$/.test(name))
      .sort()
      .map(name => join(corpus, name))
    return { paths, source: `${paths.length} photos of the shared corpus` }
  }
  mkdirSync(folder, { recursive: true })
  const paths: string[] = []
  for (let seed = 0; seed < generated; seed++) {
    const path = join(folder, `${seed}.jpg`)
    writeFileSync(path, await picture(seed, { width: 800, height: 600 }))
    paths.push(path)
  }
  return { paths, source: `${generated} made-up pictures of 800 × 600 (no shared corpus)` }
}
