/** Pictures that are left out, with what they are near to: so that a person can decide. */
import { codes } from './codes.ts'
import { at, type Graph } from './graph.ts'
import type { Settled } from './settle.ts'

export interface Bridge {
  readonly picture: number
  /** One of each split that it belongs together with, and others it hangs together with where those are fewer. */
  readonly near: readonly number[]
}

const mostNear = 4

/** @param most - how many are named; the first in order */
export function bridgesOf(graph: Graph, { isOut, split }: Settled, most: number): Bridge[] {
  const found: Bridge[] = []
  for (let picture = 0; picture < isOut.length && found.length < most; picture += 1) {
    if (at(isOut, picture) === 1) found.push({ picture, near: nearOf(graph, picture, split) })
  }
  return found
}

function nearOf(graph: Graph, picture: number, split: Uint8Array): number[] {
  const ofSplit = new Map<number, number>()
  const take = (other: number) => {
    if (other !== picture && !ofSplit.has(at(split, other))) ofSplit.set(at(split, other), other)
  }
  for (const other of neighbours(graph, picture)) {
    if (other < graph.pictures) take(other)
    else for (const member of neighbours(graph, other)) if (ofSplit.size < codes) take(member)
  }
  return [...ofSplit.values()].slice(0, mostNear)
}

const neighbours = ({ starts, targets }: Graph, node: number): Int32Array =>
  targets.subarray(at(starts, node), at(starts, node + 1))
