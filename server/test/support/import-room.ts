/** Where readers of imports may put pictures, in tests. */
import type { Room } from '../../src/imports/offered.ts'
import { type UnpackLimits, unpackLimits } from '../../src/imports/unpack.ts'

export const roomIn = (folder: string, limits: Partial<UnpackLimits> = {}): Room => ({
  folder,
  limits: { ...unpackLimits, ...limits },
  signal: new AbortController().signal,
  mayWrite: () => {},
})

/** For readers that put nothing anywhere. */
export const noRoom: Room = roomIn('/nowhere')
