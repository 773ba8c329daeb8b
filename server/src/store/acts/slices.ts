/** Some pictures of an act at once: files first, then the rows, then the files that are not needed any more. */

import { createComeBack } from '../come-back.ts'
import { createConflictStore } from '../conflicts.ts'
import type { Place } from '../files.ts'
import type { Link } from '../folder-files.ts'
import { createMoves } from '../moves.ts'
import type { DatasetParts } from '../parts.ts'
import { imagePlace, originalPlace } from '../places.ts'
import { inTransaction, leavingSync } from '../transaction.ts'
import type { ActLog } from './act-log.ts'
import type { Change, ChangeRow, Picture, Pictures } from './pictures.ts'

/** What is to become of a picture. */
export interface Wanted {
  readonly position: number
  readonly seq: number
  /** @returns nothing when it is not as the act expects it */
  readonly plan: (picture: Picture) => Change | undefined
  /** When it is undone: candidates that had moved along. */
  readonly along?: ChangeRow['along']
}

export interface SliceOf {
  readonly id: number
  /** By which it is done now. */
  readonly actionId: number
  readonly phase: 'do' | 'undo' | 'redo'
}

export interface SliceEnd {
  readonly done: number
  readonly skipped: number
  /** For how long nobody else had a turn, all in all. */
  readonly heldMs: number
  /** Pictures whose file is not there, or not whole. */
  readonly lost: readonly Picture[]
}

interface Ready {
  readonly wanted: Wanted
  readonly picture: Picture
  readonly change: Change
}

interface Turn {
  /** Where the act goes on. */
  readonly upTo: number
  /** Pictures of the turn. */
  readonly of: number
  /** What is committed with the last of them. */
  readonly ended?: (() => void) | undefined
}

type Parts = Pick<
  DatasetParts,
  'db' | 'now' | 'files' | 'images' | 'asides' | 'unclaimed' | 'locked' | 'logSync' | 'failpoint'
>

/** @param monotonicNow - milliseconds */
export function createSlices(
  parts: Parts & { readonly pictures: Pictures; readonly log: ActLog },
  monotonicNow: () => number = () => performance.now(),
) {
  const { db, now, files, images, asides, unclaimed, locked, logSync, failpoint, pictures, log } = parts
  const moves = createMoves(db)
  const conflicts = createConflictStore(db)
  const comeBack = createComeBack(parts)

  const heldAt = ({ id, classId, version }: Picture): Place =>
    imagePlace(moves.folderOf(classId), id, version)
  const asideAt = ({ digest }: Picture): Place => originalPlace(digest, 'jpeg')

  /** Where the file has to be before the row says so, and where it is not needed afterwards. */
  const linkOf = ({ picture, change }: Ready): Link | undefined => {
    const { sizeBytes, id, version, place } = picture
    if (change.of === 'place' && change.after === 'trash') {
      return { from: heldAt(picture), to: asideAt(picture), sizeBytes }
    }
    if (change.of === 'place') return { from: asideAt(picture), to: heldAt(picture), sizeBytes }
    if (change.of !== 'class' || place !== 'held') return undefined
    return { from: heldAt(picture), to: imagePlace(moves.folderOf(change.after), id, version + 1), sizeBytes }
  }

  /** Inside a transaction. @returns false when it cannot be, and nothing has changed */
  const change = (act: SliceOf, { wanted, picture, change }: Ready): boolean => {
    const { position, along: hadAlong = [] } = wanted
    let along: ChangeRow['along'] = []
    if (change.of === 'mark') pictures.setMark(picture, change.after)
    else if (change.of === 'place') {
      if (change.after === 'held') {
        if (!bringBack(picture, act.actionId)) return false
      } else setAside(picture, act.actionId)
    } else if (act.phase === 'undo') {
      pictures.moveBack(picture, change.after, hadAlong)
      conflicts.goesBack(picture.seq, { from: picture.classId, to: change.after, action: act.id }, now())
      conflicts.unsettleOf(picture.seq, act.id)
    } else {
      along = pictures.move(picture, change.after)
      // Nobody is asked any more to which of the two it belongs.
      conflicts.settle(picture.seq, act.id)
      conflicts.settleFormer(picture.seq, picture.classId, act.id, now())
    }
    if (act.phase === 'do') pictures.add(act.id, { position, seq: picture.seq, change, along })
    else pictures.setApplied(act.id, position, act.phase === 'redo')
    if (act.phase === 'redo' && change.of === 'class') pictures.setAlong(act.id, position, along)
    return true
  }

  const setAside = ({ seq }: Picture, action: number): void => {
    const held = images.ofSeq(seq)
    if (!held) return
    images.rememberUrls(held)
    asides.setAside(held, undefined, action)
  }

  const bringBack = ({ seq }: Picture, action: number): boolean => {
    const row = asides.ofSeq(seq)
    if (!row || !comeBack(row, action)) return false
    asides.bringBackPairs(row)
    if (row.into !== null) conflicts.withdrawOf(row.into)
    return true
  }

  const applyLocked = async (act: SliceOf, ready: readonly Ready[], { upTo, of, ended }: Turn) => {
    const links = ready.map(linkOf)
    const asked = links.flatMap(link => link ?? [])
    const made = asked.length > 0 ? await files.link(asked) : []
    const isThere = new Map(asked.map((link, index) => [link, made[index] === true]))
    const able = ready.filter((_, index) => links[index] === undefined || isThere.get(links[index]))
    const lost = ready.filter(one => !able.includes(one)).map(({ picture }) => picture)
    if (asked.length > 0) failpoint('act:linked')
    const done = new Set<Ready>()
    const beganMs = monotonicNow()
    const commit = () =>
      inTransaction(db, () => {
        for (const one of able) if (change(act, one)) done.add(one)
        log.advance(act.id, { position: upTo, done: done.size, skipped: of - done.size })
        ended?.()
        failpoint('act:before-commit')
      })
    const placesOf = (wanted: (one: Ready) => boolean, end: 'from' | 'to') =>
      ready.flatMap((one, index) => {
        const link = links[index]
        return link && isThere.get(link) && wanted(one) ? [link[end]] : []
      })
    try {
      leavingSync(db, commit)
    } catch (error) {
      await takeOutUnowned(placesOf(() => true, 'to'))
      throw error
    }
    const heldMs = monotonicNow() - beganMs
    // Whoever is told, and whatever file goes next, needs this to last.
    await logSync.sync()
    failpoint('act:committed')
    await takeOutUnowned([
      ...placesOf(one => done.has(one), 'from'),
      ...placesOf(one => !done.has(one), 'to'),
    ])
    if (asked.length > 0) failpoint('act:old-files-gone')
    return { done: done.size, skipped: of - done.size, heldMs, lost }
  }

  /** What lies among the originals may be somebody else's, too; there it goes when nobody claims it. */
  const takeOutUnowned = (places: readonly Place[]): Promise<void> =>
    files.takeOutAll(places.filter(place => !isOriginalOwned(place)))
  const isOriginalOwned = ({ folders, name }: Place): boolean => {
    const [digest = '', extension = ''] = name.split('.')
    return (
      folders[0] === 'originals' && (extension !== 'jpg' || unclaimed.isOwned({ digest, format: 'jpeg' }))
    )
  }

  /** @returns nothing when another hand replaced a file before this one had its locks */
  const tryOnce = async (act: SliceOf, wanted: readonly Wanted[], turn: Omit<Turn, 'of'>) => {
    const beganMs = monotonicNow()
    const known = wanted.flatMap(one => {
      const picture = pictures.bySeq(one.seq)
      return picture && one.plan(picture) ? [{ one, picture }] : []
    })
    const lookedMs = monotonicNow() - beganMs
    const keys = known.flatMap(({ picture }) => [picture.id, picture.digest.slice(0, 20)])
    return locked(keys, async () => {
      const ready: Ready[] = []
      for (const { one, picture: before } of known) {
        const picture = pictures.bySeq(one.seq)
        const change = picture && one.plan(picture)
        if (picture && picture.digest !== before.digest) return undefined
        if (picture && change) ready.push({ wanted: one, picture, change })
      }
      const end = await applyLocked(act, ready, { ...turn, of: wanted.length })
      // Looked at twice: before the locks, and with them.
      return { ...end, heldMs: end.heldMs + 2 * lookedMs }
    })
  }

  return {
    /** Changes these pictures, and notes how far the act has come, in one commit. */
    apply: async (act: SliceOf, wanted: readonly Wanted[], turn: Omit<Turn, 'of'>): Promise<SliceEnd> => {
      for (;;) {
        const end = await tryOnce(act, wanted, turn)
        if (end) return end
      }
    },
  }
}
export type Slices = ReturnType<typeof createSlices>
