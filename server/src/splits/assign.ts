/**
 * Splits pictures that are in none. Whole groups in an order that only the seed decides, class by class: the first go to
 * test, the next to validation, all others to train. So a few pictures more move few groups in a re-balance, and nobody
 * who has a place in any other case.
 */
import type { SplitSizes } from '@gleaner/shared/splits'
import { codes, none, test, train, validation } from './codes.ts'
import { at, type Graph } from './graph.ts'
import { type Members, membersOf, picturesOf } from './members.ts'
import { countSplits, groupsOf, type Places, type Settled, settle } from './settle.ts'
import { type Target, targetOf } from './targets.ts'

export interface ToSplit {
  readonly graph: Graph
  /** Places that pictures have; none of them is changed. */
  readonly places: Places
  /** Of each picture, from 0. */
  readonly classOf: ArrayLike<number>
  readonly classes: number
  /** In [0, 1), of each picture; that of the first picture of a group counts for all of it. */
  readonly chance: ArrayLike<number>
  readonly sizes: SplitSizes
}

/** A group that may go anywhere. */
interface Free {
  readonly chance: number
  readonly pictures: Int32Array
}

/** @returns the split of every picture; none for those that are left out */
export function assign({ graph, places, classOf, classes, chance, sizes }: ToSplit): Settled {
  const settled = settle(graph, places)
  const split = settled.split.slice()
  const isOpen = (picture: number) => at(places.split, picture) === none && at(settled.isOut, picture) === 0
  for (let picture = 0; picture < split.length; picture += 1) {
    if (isOpen(picture) && at(settled.joins, picture) !== none) split[picture] = at(settled.joins, picture)
  }
  const counts = countSplits(split, classOf, classes)
  const targets = targetsOf({ settled, graph, classOf, classes, sizes })
  const left = membersOf(settled.part, picture => isOpen(picture) && at(split, picture) === none)
  const ledger = createLedger(counts, targets, classOf, split)
  const { several, ofClass } = byClass(left, classOf, classes, chance)
  for (const group of several) ledger.put(group, ledger.choose(group))
  for (const [index, groups] of ofClass.entries()) fill(groups, index, ledger)
  return { ...settled, split }
}

/** Targets of each class, for what is not left out. */
function targetsOf({
  settled,
  graph,
  classOf,
  classes,
  sizes,
}: Omit<ToSplit, 'places' | 'chance'> & { readonly settled: Settled }): Target[] {
  const groups = membersOf(groupsOf(graph, settled), picture => at(settled.isOut, picture) === 0)
  const [pictures, ofClass, lastGroup] = [0, 0, -1].map(value => new Int32Array(classes).fill(value)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  for (const group of groups.keys.keys()) {
    for (const picture of picturesOf(groups, group)) {
      const index = at(classOf, picture)
      pictures[index] = at(pictures, index) + 1
      if (at(lastGroup, index) === group) continue
      lastGroup[index] = group
      ofClass[index] = at(ofClass, index) + 1
    }
  }
  return Array.from({ length: classes }, (_, index) =>
    targetOf(sizes, at(pictures, index), at(ofClass, index)),
  )
}

/** Groups in the order of their chance: those of several classes, and those of each. */
function byClass(left: Members, classOf: ArrayLike<number>, classes: number, chance: ArrayLike<number>) {
  const several: Free[] = []
  const ofClass = Array.from({ length: classes }, (): Free[] => [])
  for (const [group, key] of left.keys.entries()) {
    const pictures = picturesOf(left, group)
    const free = { chance: at(chance, key), pictures }
    const [first = 0] = pictures
    const isOfOne = pictures.every(picture => at(classOf, picture) === at(classOf, first))
    const list = isOfOne ? ofClass[at(classOf, first)] : several
    list?.push(free)
  }
  const byChance = (a: Free, b: Free) => a.chance - b.chance || at(a.pictures, 0) - at(b.pictures, 0)
  for (const list of [several, ...ofClass]) list.sort(byChance)
  return { several, ofClass }
}

/** How far each class is from its targets, and the places given out. */
function createLedger(
  counts: Int32Array,
  targets: readonly Target[],
  classOf: ArrayLike<number>,
  split: Uint8Array,
) {
  const has = (index: number, code: number) => at(counts, index * codes + code)
  const wants = (index: number, code: number): number => {
    const target = targets[index]
    return (code === test ? (target?.test ?? 0) : (target?.validation ?? 0)) - has(index, code)
  }
  /** How much nearer its classes come to their targets; 0 and below when they do not. */
  const gain = ({ pictures }: Free, code: number): number => {
    let sum = 0
    for (const picture of pictures) sum += wants(at(classOf, picture), code) > 0 ? 1 : -1
    return sum
  }
  return {
    has,
    wants,
    put: ({ pictures }: Free, code: number): void => {
      for (const picture of pictures) {
        split[picture] = code
        const place = at(classOf, picture) * codes + code
        counts[place] = at(counts, place) + 1
        const open = at(classOf, picture) * codes + none
        counts[open] = at(counts, open) - 1
      }
    },
    /** Where a group of several classes goes: as often to each split as pictures of them do. */
    choose: (group: Free): number => {
      const share = (code: number) => {
        let sum = 0
        for (const picture of group.pictures) {
          const index = at(classOf, picture)
          const all = has(index, none) + has(index, train) + has(index, validation) + has(index, test)
          sum += (wants(index, code) + has(index, code)) / all
        }
        return sum / group.pictures.length
      }
      const toTest = share(test)
      if (group.chance < toTest) return gain(group, test) > 0 ? test : train
      if (group.chance < toTest + share(validation)) return gain(group, validation) > 0 ? validation : train
      return train
    },
  }
}
type Ledger = ReturnType<typeof createLedger>

/** Groups of one class. Whatever is asked for, train gets one of them when it has none. */
function fill(groups: readonly Free[], index: number, ledger: Ledger): void {
  let left = groups
  const mayTake = () => left.length > 1 || (left.length === 1 && ledger.has(index, train) > 0)
  const take = (group: Free, code: number) => {
    ledger.put(group, code)
    left = left.filter(other => other !== group)
  }
  for (const code of [test, validation]) {
    const taken = new Set<Free>()
    const leavesOne = () => left.length - taken.size > 1 || ledger.has(index, train) > 0
    for (const group of left) {
      const wanted = ledger.wants(index, code)
      if (wanted <= 0 || !leavesOne()) break
      // Too large a group would lead further away from what was asked for than there is to go.
      if (group.pictures.length >= 2 * wanted) continue
      ledger.put(group, code)
      taken.add(group)
    }
    left = left.filter(group => !taken.has(group))
    const isMissing = ledger.has(index, code) === 0 && ledger.wants(index, code) > 0
    const smallest = isMissing && mayTake() ? smallestOf(left) : undefined
    if (smallest) take(smallest, code)
  }
  for (const group of left) ledger.put(group, train)
}

const smallestOf = (groups: readonly Free[]): Free | undefined =>
  groups.reduce<Free | undefined>(
    (least, group) => (least && least.pictures.length <= group.pictures.length ? least : group),
    undefined,
  )
