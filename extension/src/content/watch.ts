/** Tells what is new on a page, and when it is time to look. */
import { isElement, isOnPage } from '../harvesters/dom.ts'
import type { Harvester, Page } from '../harvesters/harvester.ts'
import { maxShadows, openShadowsIn } from '../harvesters/shadows.ts'

const calmMs = 400
/** A page that never calms down is looked at all the same. */
const patienceMs = 2_000
/** Longest search for shadow roots at a stretch. */
const sliceMs = 12

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
  /**
   * Told at once, of each element once: of those that were added, with the open shadow roots where the harvester reads
   * them, and of others of which an attribute or the text changed.
   */
  readonly touched: (added: readonly (Element | ShadowRoot)[], changed: readonly Element[]) => void
  /** The page grew, or its address changed without a navigation; told when it has calmed down. */
  readonly changed: () => void
  /** The person came back to the tab. */
  readonly shown: () => void
  readonly nowMs: () => number
  /** Lets the page do what it has to do. */
  readonly pause: () => Promise<void>
}): PageWatch {
  const { document, touched, changed, shown, nowMs, pause } = deps
  let { harvester } = deps
  /** Those that are watched. */
  let shadows = new Set<ShadowRoot>()
  /** The same set while the whole page is searched for more. */
  let searching: object | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let restlessSinceMs: number | undefined

  function soon(): void {
    const atMs = nowMs()
    restlessSinceMs ??= atMs
    clearTimeout(timer)
    const pauseMs = Math.max(0, Math.min(calmMs, restlessSinceMs + patienceMs - atMs))
    timer = setTimeout(() => {
      restlessSinceMs = undefined
      if (harvester.readsShadows) void searchAll().then(changed)
      else changed()
    }, pauseMs)
  }

  /** A page may open a shadow root in an element that was there, of which nobody is told. */
  async function searchAll(): Promise<void> {
    const mine = shadows
    if (searching === mine) return
    searching = mine
    await search([document, ...[...mine].filter(isOnPage)])
    if (searching === mine) searching = undefined
  }

  /** Watches, from now on, the open shadow roots in these parts. */
  async function search(parts: Page['roots']): Promise<void> {
    const mine = shadows
    let endMs = nowMs() + sliceMs
    for (const shadow of openShadowsIn(parts)) {
      if (shadow && !mine.has(shadow)) {
        mine.add(shadow)
        observe(shadow)
        touched([shadow], [])
      } else if (!shadow && nowMs() >= endMs) {
        await pause()
        endMs = nowMs() + sliceMs
      }
      if (mine !== shadows || mine.size >= maxShadows) return
    }
  }

  const observer = new MutationObserver(records => {
    const parts = touchedBy(records)
    if (parts.added.length + parts.changed.length > 0) touched(parts.added, parts.changed)
    if (harvester.readsShadows && parts.added.length > 0) void search(parts.added)
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
function touchedBy(records: readonly MutationRecord[]) {
  const added = new Set<Element>()
  const changed = new Set<Element>()
  for (const { type, target, addedNodes } of records) {
    if (type === 'attributes') changed.add(target as Element)
    for (const node of addedNodes) {
      if (isElement(node)) added.add(node)
      else if (isElement(target)) changed.add(target)
    }
  }
  return { added: [...added], changed: [...changed].filter(element => !added.has(element)) }
}
