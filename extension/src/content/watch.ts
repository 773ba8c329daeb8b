/** Tells what is new on a page, and when it is time to look. */
import { findAll, isElement, openShadowOf } from '../harvesters/dom.ts'
import type { Harvester } from '../harvesters/harvester.ts'

const calmMs = 400
/** A page that never calms down is looked at all the same. */
const patienceMs = 2_000
/** Open shadow roots that are watched on one page at most. */
const maxShadows = 2_000

export interface PageWatch {
  /** From now on what this harvester reads is watched. */
  readonly follow: (harvester: Harvester) => void
}

/** Attributes of which a change may mean that a result can be read by now. */
export function attributesToWatch({ writesLater = [] }: Harvester): string[] {
  return [...new Set(['src', 'srcset', 'href', ...writesLater])]
}

export function watchPage(deps: {
  readonly document: Document
  readonly harvester: Harvester
  /** Elements that were added, or whose attributes changed; open shadow roots where the harvester reads them. At once. */
  readonly touched: (roots: readonly (Element | ShadowRoot)[]) => void
  /** The page grew, or its address changed without a navigation; told when it has calmed down. */
  readonly changed: () => void
  /** The person came back to the tab. */
  readonly shown: () => void
}): PageWatch {
  const { document, touched, changed, shown } = deps
  let { harvester } = deps
  let shadows = new Set<ShadowRoot>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let restlessSinceMs: number | undefined

  function soon(): void {
    const nowMs = performance.now()
    restlessSinceMs ??= nowMs
    clearTimeout(timer)
    const pauseMs = Math.max(0, Math.min(calmMs, restlessSinceMs + patienceMs - nowMs))
    timer = setTimeout(() => {
      restlessSinceMs = undefined
      if (harvester.readsShadows) touch(newShadows([document]))
      changed()
    }, pauseMs)
  }

  function touch(roots: readonly (Element | ShadowRoot)[]): void {
    if (roots.length > 0) touched(roots)
  }

  /** Open shadow roots in these parts that were not known, each watched from now on. */
  function newShadows(parts: readonly (Document | Element | ShadowRoot)[]): readonly ShadowRoot[] {
    const found: ShadowRoot[] = []
    const left = [...parts]
    for (let part = left.pop(); part && shadows.size < maxShadows; part = left.pop()) {
      for (const element of isElement(part) ? [part, ...findAll(part, '*')] : findAll(part, '*')) {
        const shadow = openShadowOf(element)
        if (!shadow || shadows.has(shadow)) continue
        shadows.add(shadow)
        found.push(shadow)
        left.push(shadow)
        observe(shadow)
        if (shadows.size >= maxShadows) break
      }
    }
    return found
  }

  const observer = new MutationObserver(records => {
    const elements = changedElements(records)
    touch(harvester.readsShadows ? [...elements, ...newShadows(elements)] : elements)
    soon()
  })

  function observe(root: Document | ShadowRoot): void {
    const attributeFilter = attributesToWatch(harvester)
    observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter })
  }

  observe(document)
  for (const type of ['popstate', 'hashchange', 'load'] as const) window.addEventListener(type, soon)
  // Engines change the address by script, which fires none of the above.
  const { navigation } = window as { navigation?: EventTarget }
  navigation?.addEventListener('navigatesuccess', soon)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') shown()
  })
  return {
    follow: next => {
      harvester = next
      shadows = new Set()
      observe(document)
      soon()
    },
  }
}

/** What was added or changed, each once. A text that was added counts as a change of what it stands in. */
function changedElements(records: readonly MutationRecord[]): readonly Element[] {
  const changed = new Set<Element>()
  for (const { type, target, addedNodes } of records) {
    if (type === 'attributes') {
      changed.add(target as Element)
      continue
    }
    for (const node of addedNodes) {
      if (isElement(node)) changed.add(node)
      else if (isElement(target)) changed.add(target)
    }
  }
  return [...changed]
}
