/** Which files rows claim, as numbers: a million of them take 25 MB, and looking one up costs no statement. */

export interface ClaimedFiles {
  /**
   * @param kind - what tells files of one name apart: the folder of a class, or the format of an original
   * @param hex - what the name begins with: 13 hex digits or more, all but the first 13 of which are passed over
   */
  readonly claim: (kind: string, hex: string, version?: number) => void
  /** @returns false when nobody claimed it. True is as good as certain: no two of a million names share 52 random bits */
  readonly isClaimed: (kind: string, hex: string, version?: number) => boolean
}

/** Digits that fit into a number, 52 bits. */
const digits = 13
const fewest = 1_024
/** Slots are doubled when they are fuller than this: most names are found at the first or second one. */
const fullest = 0.6
/** Higher ones are looked up as this one, and then where it matters. */
const mostVersion = 4_095

export function createClaimedFiles(): ClaimedFiles {
  const kinds = new Map<string, number>()
  let [keys, tags] = slots(fewest)
  let count = 0

  /** Where a name is, or would be. */
  const slotOf = (key: number, tag: number): number => {
    let slot = key % keys.length
    while (keys[slot] !== 0 && (keys[slot] !== key || tags[slot] !== tag)) slot = (slot + 1) % keys.length
    return slot
  }
  const put = (key: number, tag: number): boolean => {
    const slot = slotOf(key, tag)
    const isNew = keys[slot] === 0
    keys[slot] = key
    tags[slot] = tag
    return isNew
  }
  const widen = () => {
    const [oldKeys, oldTags] = [keys, tags]
    ;[keys, tags] = slots(oldKeys.length * 2)
    for (let at = 0; at < oldKeys.length; at++) if (oldKeys[at]) put(oldKeys[at] ?? 0, oldTags[at] ?? 0)
  }
  const tagOf = (kind: number, version: number) => kind * (mostVersion + 1) + Math.min(version, mostVersion)

  return {
    claim: (kind, hex, version = 1) => {
      const number = kinds.get(kind) ?? kinds.size
      kinds.set(kind, number)
      if (put(keyOf(hex), tagOf(number, version))) count += 1
      if (count > keys.length * fullest) widen()
    },
    isClaimed: (kind, hex, version = 1) => {
      const number = kinds.get(kind)
      return number !== undefined && keys[slotOf(keyOf(hex), tagOf(number, version))] !== 0
    },
  }
}

const slots = (length: number) => [new Float64Array(length), new Uint32Array(length)] as const

/** 1 or more: 0 is a slot that nobody has. What is no number is the same for all. */
const keyOf = (hex: string) => (Number.parseInt(hex.slice(0, digits), 16) || 0) + 1
