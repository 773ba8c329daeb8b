/** Names as small numbers, in the order in which they came; 0 is the empty one. They are never forgotten. */
export interface Dictionary {
  /** The number of a name, which is given one when it has none. */
  readonly add: (name: string) => number
  readonly find: (name: string) => number | undefined
  readonly name: (id: number) => string
  readonly size: () => number
}

export function createDictionary(): Dictionary {
  const ids = new Map<string, number>([['', 0]])
  const names: string[] = ['']
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
