import axe, { type AxeResults, type RunOptions } from 'axe-core'
import type { Page } from 'playwright'

/** How a page can be looked at. Colours are all that a colour scheme changes, so only they are looked at again. */
const looks: readonly {
  readonly name: string
  readonly scheme: 'light' | 'dark'
  readonly width: number
  readonly options: RunOptions
}[] = [
  { name: 'light', scheme: 'light', width: 1280, options: {} },
  { name: 'narrow', scheme: 'light', width: 400, options: {} },
  { name: 'dark', scheme: 'dark', width: 1280, options: { runOnly: ['color-contrast'] } },
]

/**
 * Asks axe what is wrong with a page: light and dark, wide and narrow.
 *
 * @param parts - elements to look at alone, such as those of ours on a page of others
 * @returns one line per rule, look and element
 */
export async function accessibilityFaults(
  page: Page,
  parts: readonly string[] = ['html'],
): Promise<string[]> {
  await page.evaluate(axe.source)
  const faults: string[] = []
  for (const { name, scheme, width, options } of looks) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const { violations } = await page.evaluate(
      async ({ runOptions, parts }) => {
        // Colours that are inherited change one level after another, each with a short transition of its own. One that
        // has ended may stay in the browser's list for good.
        const running = () => document.getAnimations().filter(({ playState }) => playState === 'running')
        do {
          await Promise.all(running().map(({ finished }) => finished.catch(() => undefined)))
          await new Promise(resolve => requestAnimationFrame(resolve))
        } while (running().length > 0)
        const { axe } = window as unknown as {
          axe: { run(on: object, options: object): Promise<AxeResults> }
        }
        return axe.run({ include: parts.filter(part => document.querySelector(part)) }, runOptions)
      },
      { runOptions: options, parts: [...parts] },
    )
    for (const { id, nodes } of violations)
      for (const { target, failureSummary } of nodes)
        faults.push(`${name}: ${id} at ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()}`)
  }
  return faults
}
