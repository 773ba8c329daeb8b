/**
 * What belongs together: pictures, by place in the order of ids, linked with each other (copies, shots of one scene) or
 * with hubs (a landing page, a group a person chose). Columns of numbers: a million pictures take some tens of megabytes.
 */

/** An edge leads from a picture to a picture, or to the hub `pictures + h`. */
export interface Edges {
  readonly from: ArrayLike<number>
  readonly to: ArrayLike<number>
}

export interface Graph {
  readonly pictures: number
  readonly hubs: number
  /** Neighbours of `n` are `targets` from `starts[n]` up to `starts[n + 1]`. */
  readonly starts: Int32Array
  readonly targets: Int32Array
}

/** An edge of a picture with itself says nothing. */
export function graphOf(pictures: number, hubs: number, { from, to }: Edges): Graph {
  const nodes = pictures + hubs
  const starts = new Int32Array(nodes + 1)
  const isEdge = (index: number) => at(from, index) !== at(to, index)
  for (let index = 0; index < from.length; index += 1) {
    if (!isEdge(index)) continue
    add(starts, at(from, index) + 1)
    add(starts, at(to, index) + 1)
  }
  for (let node = 0; node < nodes; node += 1) starts[node + 1] = at(starts, node) + at(starts, node + 1)
  const targets = new Int32Array(at(starts, nodes))
  const next = starts.slice(0, nodes)
  const link = (one: number, other: number) => {
    targets[at(next, one)] = other
    add(next, one)
  }
  for (let index = 0; index < from.length; index += 1) {
    if (!isEdge(index)) continue
    link(at(from, index), at(to, index))
    link(at(to, index), at(from, index))
  }
  return { pictures, hubs, starts, targets }
}

/** Of a column that has the place: one beyond its end reads as 0. */
export const at = (column: ArrayLike<number>, index: number): number => column[index] ?? 0

function add(column: Int32Array, index: number): void {
  column[index] = at(column, index) + 1
}

/**
 * Parts that hang together.
 *
 * @param isIn - which pictures count; hubs link those that do
 * @returns for each picture the smallest one of its part; itself where it does not count
 */
export function partsOf(graph: Graph, isIn: (picture: number) => boolean): Int32Array {
  const { pictures, hubs, starts, targets } = graph
  const parent = Int32Array.from({ length: pictures + hubs }, (_, node) => node)
  const rootOf = (node: number): number => {
    let root = node
    while (at(parent, root) !== root) root = at(parent, root)
    for (let step = node; step !== root; ) {
      const up = at(parent, step)
      parent[step] = root
      step = up
    }
    return root
  }
  for (let picture = 0; picture < pictures; picture += 1) {
    if (!isIn(picture)) continue
    for (let edge = at(starts, picture); edge < at(starts, picture + 1); edge += 1) {
      const other = at(targets, edge)
      if (other < pictures && (other > picture || !isIn(other))) continue
      const [one, two] = [rootOf(picture), rootOf(other)]
      // The smaller number stands for both, so that a picture stands for every part.
      if (one < two) parent[two] = one
      else parent[one] = two
    }
  }
  return Int32Array.from({ length: pictures }, (_, picture) => rootOf(picture))
}
