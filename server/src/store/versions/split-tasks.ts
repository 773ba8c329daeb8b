/** Splits as they are, and as they would be: worked out from what is read of the index, beside the server's own process. */
import { AppError } from '@gleaner/shared/errors'
import { type ClassSplit, type SplitDiff, type SplitName, splitNames } from '@gleaner/shared/splits'
import { assign } from '../../splits/assign.ts'
import { bridgesOf } from '../../splits/bridges.ts'
import { codeOf, codes, nameOf, none } from '../../splits/codes.ts'
import { at, partsOf } from '../../splits/graph.ts'
import { membersOf } from '../../splits/members.ts'
import { countSplits, groupsOf, type Places, settle } from '../../splits/settle.ts'
import type { IndexReader, ReadIndex } from './index-reader.ts'
import type { Answer, Ask, Changes } from './tasks.ts'

const mostBridges = 50

export function splitState(reader: IndexReader): Answer<'state'> {
  const read = reader.read()
  const { held, graph, places, plan } = read
  const settled = settle(graph, places)
  const isIn = (picture: number) => at(settled.isOut, picture) === 0
  const bridges = bridgesOf(graph, settled, mostBridges).map(({ picture, near }) => ({
    imageId: reader.idAt(held, picture),
    near: near.map(other => reader.idAt(held, other)),
  }))
  return {
    plan,
    classes: classSplits(read, settled.split),
    groups: membersOf(groupsOf(graph, settled), isIn).keys.length,
    pinned: sum(places.isPinned),
    fresh: countWhere(held.count, place => at(places.split, place) === none && isIn(place)),
    bridging: sum(settled.isOut),
    bridges,
  }
}

export function splitAnew(reader: IndexReader, { plan, isRebalance }: Ask<'assign'>): Answer<'assign'> {
  const read = reader.read(plan)
  const { held, graph, places } = read
  const given = isRebalance ? pinnedOf(places) : places
  const { split } = assign({
    ...{ graph, places: given, classOf: held.classOf, classes: held.classes.length },
    ...{ chance: held.chance.split, sizes: plan.sizes },
  })
  // A place that is there stays, also where its picture is left out for now.
  const after = (place: number) => at(given.split, place) || at(split, place)
  const isChanged = (place: number) => after(place) !== at(places.split, place)
  const changes = changesOf(held, isChanged, after, place => at(places.isPinned, place))
  const isPlanNew = JSON.stringify(read.plan) !== JSON.stringify(plan)
  return { diff: diffOf(read, after, split), changes, isPlanNew }
}

export function pinned(reader: IndexReader, { imageIds, split }: Ask<'pin'>): Answer<'pin'> {
  const { held, graph, places } = reader.read()
  const named = new Set(imageIds.map(imageId => placeOfId(reader, held, imageId)))
  if (split === null) {
    const isPinned = (place: number) => named.has(place) && at(places.isPinned, place) === 1
    return {
      changes: changesOf(
        held,
        isPinned,
        place => at(places.split, place),
        () => 0,
      ),
    }
  }
  const { isOut } = settle(graph, places)
  const part = partsOf(graph, picture => at(isOut, picture) === 0 || named.has(picture))
  const parts = new Set([...named].map(place => at(part, place)))
  const code = codeOf(split)
  const isMeant = (place: number) => parts.has(at(part, place))
  for (let place = 0; place < held.count; place += 1) {
    if (!isMeant(place) || named.has(place) || at(places.isPinned, place) === 0) continue
    if (at(places.split, place) !== code) throw conflict(reader, held, place, places)
  }
  const isChanged = (place: number) =>
    isMeant(place) &&
    (at(places.split, place) !== code || (named.has(place) && at(places.isPinned, place) === 0))
  const isPinnedNow = (place: number) => (named.has(place) ? 1 : at(places.isPinned, place))
  return { changes: changesOf(held, isChanged, () => code, isPinnedNow) }
}

function conflict(reader: IndexReader, held: ReadIndex['held'], place: number, places: Places): AppError {
  const split = nameOf(at(places.split, place))
  return new AppError('SPLIT_PIN_CONFLICT', { imageId: reader.idAt(held, place), split })
}

function placeOfId({ db }: IndexReader, { placeOf }: ReadIndex['held'], imageId: string): number {
  const seq = db.prepare<[string], number>('SELECT seq FROM image WHERE id = ?').pluck().get(imageId)
  const place = seq === undefined ? -1 : placeOf(seq)
  if (place < 0) throw new AppError('PROTOCOL_NOT_FOUND', { imageId })
  return place
}

const pinnedOf = ({ split, isPinned }: Places): Places => ({
  split: split.map((code, place) => (at(isPinned, place) === 1 ? code : none)),
  isPinned,
})

function changesOf(
  { count, seqs }: ReadIndex['held'],
  isChanged: (place: number) => boolean,
  split: (place: number) => number,
  isPinned: (place: number) => number,
): Changes {
  const places = Int32Array.from({ length: count }, (_, place) => place).filter(isChanged)
  return {
    seqs: places.map(place => at(seqs, place)),
    split: Uint8Array.from(places, split),
    isPinned: Uint8Array.from(places, isPinned),
  }
}

function diffOf(read: ReadIndex, after: (place: number) => number, shown: Uint8Array): SplitDiff {
  const moves = new Int32Array(codes * codes)
  for (let place = 0; place < read.held.count; place += 1) {
    const move = at(read.places.split, place) * codes + after(place)
    moves[move] = at(moves, move) + 1
  }
  const byMove = [...moves.entries()]
    .map(([move, count]) => ({ from: nameOf(Math.floor(move / codes)), to: nameOf(move % codes), count }))
    .filter(({ from, to, count }) => from !== to && count > 0)
  const all = (isMeant: (from: SplitName | null) => boolean) =>
    byMove.reduce((total, { from, count }) => total + (isMeant(from) ? count : 0), 0)
  return {
    assigned: all(from => from === null),
    moved: all(from => from !== null),
    byMove,
    after: classSplits(read, shown),
  }
}

function classSplits({ held }: ReadIndex, split: Uint8Array): ClassSplit[] {
  const counts = countSplits(split, held.classOf, held.classes.length)
  const has = (index: number, name: SplitName | null) => at(counts, index * codes + codeOf(name))
  return held.classes.flatMap(({ id, label }, index) => {
    const [train, validation, test] = splitNames.map(name => has(index, name))
    const unassigned = has(index, null)
    const row = {
      classId: id,
      label,
      train: train ?? 0,
      validation: validation ?? 0,
      test: test ?? 0,
      unassigned,
    }
    return row.train + row.validation + row.test + unassigned === 0 ? [] : [row]
  })
}

const sum = (column: Uint8Array): number => column.reduce((total, value) => total + value, 0)

function countWhere(count: number, isMeant: (place: number) => boolean): number {
  let found = 0
  for (let place = 0; place < count; place += 1) if (isMeant(place)) found += 1
  return found
}
