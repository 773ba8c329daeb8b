/** Looks through a source before it is imported: one at a time, for so long, in a folder that goes with it. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { ImportLook, ImportSeen } from '@gleaner/shared/imports'
import type { Home } from '../store/types.ts'
import { lookThrough } from './reading.ts'
import type { UnpackLimits } from './unpack.ts'
import type { Uploads } from './uploads.ts'

interface LookingParts {
  readonly home: Pick<Home, 'serverFolder'>
  readonly ingest: { readonly mayAccept: () => boolean }
  readonly limits?: Partial<UnpackLimits>
  readonly lookMs?: number
}

export function createLooking(parts: LookingParts, uploads: Uploads, stopping: AbortSignal) {
  const folder = join(parts.home.serverFolder, 'looking')
  // Of a process that was killed meanwhile.
  rmSync(folder, { recursive: true, force: true })
  let isLooking = false

  return async (what: ImportLook): Promise<ImportSeen> => {
    if (isLooking) throw new AppError('PROTOCOL_BUSY', { reason: 'looking', retryAfterS: 5 })
    isLooking = true
    try {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(parts.lookMs ?? 20_000)])
      return await lookThrough(parts, what, uploads, folder, signal)
    } finally {
      isLooking = false
    }
  }
}
