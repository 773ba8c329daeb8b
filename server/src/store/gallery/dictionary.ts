/** Names as small numbers, from 0 in the order in which they came. They are never forgotten. */
export interface Dictionary {
  /** The number of a name, which is given one when it has none. */
  readonly add: (name: string) => number
  readonly find: (name: string) => number | undefined
  readonly name: (id: number) => string
  readonly size: () => number
}

export function createDictionary(): Dictionary {
  const ids = new Map<string, number>()
  const names: string[] = []
  return {
    add: name => {
      const known = ids.get(name)
      if (known !== undefined) return known
      ids.set(name, names.length)
      return names.push(name) - 1
    },
    find: name => ids.get(name),
    name: id => names[id] ?? '',
    size: () => names.length,
  }
}

/** Sets of names as small numbers: pictures that were found by the same queries share one. */
export interface SetDictionary {
  readonly add: (names: readonly string[]) => number
  /** Numbers of the names in a set. */
  readonly members: (setId: number) => readonly number[]
  readonly names: Dictionary
  readonly size: () => number
}

export function createSetDictionary(): SetDictionary {
  const names = createDictionary()
  const sets = createDictionary()
  const members: number[][] = []
  const add = (given: readonly string[]) => {
    const ids = given.map(names.add).sort((a, b) => a - b)
    const setId = sets.add(ids.join(','))
    if (setId === members.length) members.push(ids)
    return setId
  }
  add([])
  return { add, members: setId => members[setId] ?? [], names, size: sets.size }
}
