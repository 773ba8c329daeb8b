/** Files that a list names by their place in a bucket, where the bucket is a folder here. */
import type { SourceFolder } from './source-folder.ts'

/** Tries the whole key first, then without its first folders; from then on what fitted last. */
export function createBucketFinder(source: SourceFolder, scheme: 's3' | 'gs') {
  let last = 0
  return async (address: unknown): Promise<string | undefined> => {
    const prefix = `${scheme}://`
    if (typeof address !== 'string' || !address.startsWith(prefix)) return undefined
    const [, ...parts] = address.slice(prefix.length).split('/')
    for (const without of [last, ...parts.keys()]) {
      const path = source.inside(parts.slice(without).join('/'))
      if (path === undefined || !(await source.isFile(path))) continue
      last = without
      return path
    }
    return undefined
  }
}
