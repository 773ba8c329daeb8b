/** Does things with the same key one after another: of two changes at once, the second would write over the first. */
export function createTurns() {
  const lasts = new Map<string, Promise<unknown>>()
  return function inTurn<T>(key: string, change: () => Promise<T>): Promise<T> {
    const result = (lasts.get(key) ?? Promise.resolve()).then(change, change)
    lasts.set(key, result)
    const forget = () => {
      if (lasts.get(key) === result) lasts.delete(key)
    }
    result.then(forget, forget)
    return result
  }
}
