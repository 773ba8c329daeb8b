/** Tells when a page may show something new. */

const calmMs = 400
/** A page that never calms down is looked at all the same. */
const patienceMs = 2_000

export function watchPage(deps: {
  readonly document: Document
  /** The page grew, or its address changed without a navigation. */
  readonly changed: () => void
  /** The person came back to the tab. */
  readonly shown: () => void
}): void {
  const { document, changed, shown } = deps
  let timer: ReturnType<typeof setTimeout> | undefined
  let restlessSinceMs: number | undefined

  function soon(): void {
    const nowMs = performance.now()
    restlessSinceMs ??= nowMs
    clearTimeout(timer)
    const pauseMs = Math.max(0, Math.min(calmMs, restlessSinceMs + patienceMs - nowMs))
    timer = setTimeout(() => {
      restlessSinceMs = undefined
      changed()
    }, pauseMs)
  }

  new MutationObserver(soon).observe(document, { childList: true, subtree: true })
  for (const type of ['popstate', 'hashchange', 'load'] as const) window.addEventListener(type, soon)
  // Engines change the address by script, which fires none of the above.
  const { navigation } = window as { navigation?: EventTarget }
  navigation?.addEventListener('navigatesuccess', soon)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') shown()
  })
}
