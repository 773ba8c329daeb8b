/** Lets the page do what it has to do, and comes back as soon as it may. */
export function createPause(): () => Promise<void> {
  const { scheduler } = globalThis as { readonly scheduler?: { readonly yield?: () => Promise<void> } }
  if (scheduler?.yield) return () => scheduler.yield?.() ?? Promise.resolve()
  return () => new Promise(resolve => setTimeout(resolve))
}
