/** Which pictures of a version go into an export: by split, trial subset, cap and share of the background. */
import type { ExportRequest } from '@gleaner/shared/exports'
import type { VersionImage } from '@gleaner/shared/versions'
import type { OpenVersion } from '../store/versions/types.ts'

export interface Choice {
  /** By place in the version: whether the picture is written. */
  readonly isChosen: (at: number) => boolean
  readonly isSplit: boolean
  /** In no split, and left out because others are in some. */
  readonly unsplit: number
  /** Pictures the background class lacks for its share. */
  readonly backgroundLacks: number
}

/** A number a picture: what has to be remembered of a version while it is gone through. */
interface Columns {
  readonly classes: number[]
  readonly ranks: number[]
  /** 0: left out, 1: written, 2: written, of train. */
  readonly states: number[]
}

export async function choose(
  version: OpenVersion,
  { splits, trial, balance, leaveOut = [] }: ExportRequest,
  takes: (image: VersionImage) => boolean,
): Promise<Choice> {
  const isSplit = version.summary.splits.none < version.summary.images
  const labels = new Map(version.header.classes.map(({ label }, index) => [label, index]))
  const columns: Columns = { classes: [], ranks: [], states: [] }
  let unsplit = 0
  for await (const image of version.images()) {
    const { split, label } = image
    const isAsked = splits === undefined || (split !== null && splits.includes(split))
    const isOfSplit = !isSplit || split !== null
    const isWanted = !leaveOut.includes(label) && takes(image)
    if (isWanted && !isOfSplit) unsplit += 1
    const rank = image.trial ?? rankById(image.id)
    const isTrain = !isSplit || split === 'train'
    const isOut = !isWanted || !isOfSplit || !isAsked || (isTrain && trial !== undefined && rank >= trial)
    columns.classes.push(labels.get(label) ?? -1)
    columns.ranks.push(rank)
    columns.states.push(isOut ? 0 : isTrain ? 2 : 1)
  }
  if (balance?.cap !== undefined) capClasses(columns, balance.cap)
  const background = balance?.background
  const lacks = background ? holdShare(columns, labels.get(background.label) ?? -1, background.share) : 0
  return { isChosen: at => columns.states[at] !== 0, isSplit, unsplit, backgroundLacks: lacks }
}

/** Pictures in no split have no place in a trial; ids are as good as drawn by lot. */
const rankById = (id: string) => Number.parseInt(id.slice(0, 8), 16) / 2 ** 32

function capClasses({ classes, ranks, states }: Columns, cap: number): void {
  for (const members of trainByClass({ classes, ranks, states }).values()) {
    for (const at of members.sort(byRank(ranks)).slice(cap)) states[at] = 0
  }
}

/** @returns how many pictures the class lacks for its share */
function holdShare(columns: Columns, background: number, share: number): number {
  const byClass = trainByClass(columns)
  const members = byClass.get(background) ?? []
  const others = [...byClass].reduce(
    (sum, [index, { length }]) => (index === background ? sum : sum + length),
    0,
  )
  const most = Math.round((others * share) / (1 - share))
  for (const at of members.sort(byRank(columns.ranks)).slice(most)) columns.states[at] = 0
  return Math.max(0, most - members.length)
}

function trainByClass({ classes, states }: Columns): Map<number, number[]> {
  const members = new Map<number, number[]>()
  for (const [at, state] of states.entries()) {
    if (state !== 2) continue
    const index = classes[at] ?? -1
    const list = members.get(index)
    if (list) list.push(at)
    else members.set(index, [at])
  }
  return members
}

const byRank = (ranks: readonly number[]) => (a: number, b: number) =>
  (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b
