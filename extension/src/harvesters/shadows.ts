/** Open shadow roots, which no selector reaches into. */
import { elementsIn, openShadowOf } from './dom.ts'
import type { Page } from './harvester.ts'

/** Open shadow roots of one page that are looked into at most. */
export const maxShadows = 2_000
/** Elements that are passed between two places to pause. */
export const elementsPerPause = 300

/**
 * Goes through every element of these parts of a page, and of what it finds.
 *
 * @returns open shadow roots that are none of the parts, each once; `undefined` among them is a place to pause at
 */
export function* openShadowsIn(parts: Page['roots']): Generator<ShadowRoot | undefined> {
  const known = new Set(parts)
  const most = known.size + maxShadows
  let passed = 0
  for (const part of known) {
    for (const element of elementsIn(part)) {
      if (++passed % elementsPerPause === 0) yield undefined
      const shadow = openShadowOf(element)
      if (!shadow || known.has(shadow)) continue
      known.add(shadow)
      yield shadow
      if (known.size >= most) return
    }
  }
}
