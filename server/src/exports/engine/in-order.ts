/** Works on a few things at once, and hands the results out in the order of the things. */
export async function* inOrder<Thing, Result>(
  things: AsyncIterable<Thing>,
  atOnce: number,
  work: (thing: Thing) => Promise<Result>,
): AsyncGenerator<Result> {
  const waiting: Promise<Result>[] = []
  try {
    for await (const thing of things) {
      const result = work(thing)
      // Whoever is in front may fail first: the others are then no surprise.
      result.catch(() => undefined)
      waiting.push(result)
      if (waiting.length < atOnce) continue
      const first = waiting.shift()
      if (first) yield await first
    }
    while (waiting.length > 0) {
      const first = waiting.shift()
      if (first) yield await first
    }
  } finally {
    await Promise.allSettled(waiting)
  }
}
