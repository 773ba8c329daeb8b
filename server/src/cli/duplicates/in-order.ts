/**
 * Works on several things at once and hands out the results in the order of the things, so that whoever reads them decides
 * the same every time.
 *
 * @param atOnce - how many are worked on or wait to be handed out, at most
 * @throws what the work throws, in its place of the order; what is still in hand is then waited for
 */
export async function* inOrder<In, Out>(
  things: Iterable<In>,
  atOnce: number,
  work: (thing: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const inHand: Promise<Out>[] = []
  try {
    for (const thing of things) {
      const started = work(thing)
      started.catch(() => {}) // told when its turn comes
      inHand.push(started)
      if (inHand.length >= atOnce) yield await (inHand.shift() as Promise<Out>)
    }
    for (let next = inHand.shift(); next; next = inHand.shift()) yield await next
  } finally {
    await Promise.allSettled(inHand)
  }
}
