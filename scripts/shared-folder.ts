import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const beside = fileURLToPath(new URL('../../shared', import.meta.url))

/**
 * Third-party test material that lies outside the repository: real saved pages (`serp`), photos and hostile files
 * (`corpus`). Tests that need it skip by name where it is absent.
 *
 * @returns the absolute path of `part` inside the folder beside the checkout or named by `GLEANER_SHARED`;
 *   `undefined` when it is not there
 */
export function sharedFolder(part: 'serp' | 'corpus' | `${'serp' | 'corpus'}/${string}`): string | undefined {
  const path = join(process.env.GLEANER_SHARED ?? beside, part)
  return existsSync(path) ? path : undefined
}
