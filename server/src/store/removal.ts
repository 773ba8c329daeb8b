/** Letting go of pictures: for good, after their time in the trash, or for the time being: their file is lost, their collect undone. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Digest } from '@gleaner/shared/hash'
import { createAsideFiles } from './aside-files.ts'
import type { AsideRow } from './aside-rows.ts'
import { createComeBack } from './come-back.ts'
import { imageIdOf, takeOutFiles } from './filing.ts'
import type { HeldImage } from './images.ts'
import type { DatasetParts } from './parts.ts'
import { imagePlace, originalPlace } from './places.ts'
import { inTransaction } from './transaction.ts'
import type { Original } from './unclaimed.ts'

const dayMs = 24 * 3_600_000

type Parts = Pick<
  DatasetParts,
  | 'db'
  | 'folder'
  | 'files'
  | 'images'
  | 'kept'
  | 'actions'
  | 'asides'
  | 'undone'
  | 'unclaimed'
  | 'locked'
  | 'settings'
  | 'now'
  | 'failpoint'
>

export function createRemover(parts: Parts) {
  const { db, files, images, kept, actions, asides, undone, unclaimed, locked, settings, now, failpoint } =
    parts
  const asideFiles = createAsideFiles(parts)
  const comeBack = createComeBack(parts)
  const keys = (held: HeldImage) => [held.id, imageIdOf(held.originalDigest as Digest)]
  /** Pictures that gave way to this one, and wait for whether that is taken back. */
  const waitingFor = ({ seq }: HeldImage) => asides.into(seq).flatMap(row => images.ofSeq(row.seq) ?? [])

  /** Ends a removal that was begun; may be repeated. */
  const finishRemoval = async (held: HeldImage) => {
    await takeOutFiles(files, held, () => {})
    inTransaction(db, () => images.markRemoved(held))
  }

  /**
   * A whole original stays, for the picture to be drawn from it: its host may have long forgotten it.
   *
   * @returns candidates put back into the queue
   */
  const requeueImage = async (imageId: string, why: string, version?: number): Promise<number> =>
    letGoOf(imageId, why, () => {}, version)

  /** @param version - lets go of no other file than this one */
  const letGoOf = async (
    imageId: string,
    why: string,
    dropped: () => void,
    version?: number,
  ): Promise<number> => {
    const known = images.byId(imageId)
    if (known?.state !== 'stored') return 0
    const waiting = waitingFor(known)
    const waitingKeys = waiting.flatMap(one => [one.id, imageIdOf(asideFiles.asideDigest(one) as Digest)])
    const count = await locked([...keys(known), ...waitingKeys], async () => {
      const held = images.byId(imageId)
      if (held?.state !== 'stored' || held.seq !== known.seq) return 0
      if (version !== undefined && held.version !== version) return 0
      if (!waitingFor(held).every(({ id }) => waitingKeys.includes(id))) return 'replaced'
      // A better copy took its place meanwhile: that one's original has a lock of its own.
      if (held.originalDigest !== known.originalDigest) return 'replaced'
      return letGoOfLocked(held, why, dropped)
    })
    return count === 'replaced' ? letGoOf(imageId, why, dropped, version) : count
  }

  const letGoOfLocked = async (held: HeldImage, why: string, dropped: () => void): Promise<number> => {
    const isWhole = await kept.mayKeep(held)
    const drop = (there: readonly HeldImage[]) => {
      bringBack(held, there, why)
      if (isWhole) kept.keep(held)
      const requeued = actions.requeueImage(held, why)
      kept.takeThatWay(held)
      asides.endInto(held.seq)
      images.drop(held)
      return { result: requeued, stayAway: there }
    }
    const waiting = waitingFor(held)
    const count = await (waiting.length > 0
      ? asideFiles.putBack(waiting, drop)
      : inTransaction(db, () => drop([]).result))
    dropped()
    const { originalDigest: digest, originalFormat: format } = held
    if (unclaimed.isOwned({ digest, format })) {
      await files.takeOut(imagePlace(held.classFolder, held.id, held.version))
    } else await takeOutFiles(files, held, () => {})
    return count
  }

  /** Who let them give way wanted the picture to stay, which it does not. Inside a transaction. */
  const bringBack = ({ id, seq }: HeldImage, there: readonly HeldImage[], why: string): void => {
    const rows = asides.into(seq).filter(row => there.some(one => one.seq === row.seq))
    const action = rows.length > 0 ? actions.begin('take_back', { imageId: id, why }) : null
    if (action === null) return
    // One that comes back takes along what had given way to it before.
    const isWaiting = (row: AsideRow) => asides.into(seq).some(one => one.seq === row.seq)
    const back = rows.filter(row => isWaiting(row) && comeBack(row, action))
    for (const row of back) asides.bringBackPairs(row)
  }

  /** Some of the originals nobody claims, in the order of their folders. */
  const takeOutUnclaimed = async (originals: readonly Original[]) => {
    await locked(
      originals.map(({ digest }) => imageIdOf(digest as Digest)),
      async () => {
        const free = originals.filter(original => !unclaimed.isOwned(original))
        await files.takeOutAll(free.map(({ digest, format }) => originalPlace(digest, format)))
        failpoint('deliver:let-go')
        inTransaction(db, () => originals.forEach(unclaimed.forget))
      },
    )
  }

  /** Since when pictures in the trash may go by themselves; never, while it is kept until it is emptied. */
  const oldestMs = (): number => {
    const { trashDays } = settings.settings()
    return trashDays === 0 ? Number.NEGATIVE_INFINITY : now() - trashDays * dayMs
  }

  /** Ends, for good, what has lain in the trash for long enough. */
  const endOld = async (signal?: AbortSignal): Promise<number> => {
    let ended = 0
    for (let rows = asides.before(oldestMs()); rows.length > 0; rows = asides.before(oldestMs())) {
      if (signal?.aborted) break
      inTransaction(db, () => rows.forEach(asides.end))
      ended += rows.length
      await nextTurn()
    }
    return ended
  }

  /** See {@link DatasetStore.tidy}. */
  const tidy = async (signal?: AbortSignal): Promise<number> => {
    let gone = await endOld(signal)
    for (const imageId of undone.undoneImages()) {
      if (signal?.aborted) return gone
      await letGoOf(imageId, 'The collect that brought the picture was undone.', () =>
        failpoint('undo:picture-dropped'),
      )
      failpoint('undo:picture-gone')
      gone += 1
    }
    for (let some = unclaimed.some(); some.length > 0; some = unclaimed.some()) {
      if (signal?.aborted) return gone
      await takeOutUnclaimed(some)
      gone += some.length
    }
    return gone
  }

  const isUntidy = () => unclaimed.isAnything() || asides.isAnyBefore(oldestMs())

  return { finishRemoval, requeueImage, tidy, isUntidy }
}
export type Remover = ReturnType<typeof createRemover>
