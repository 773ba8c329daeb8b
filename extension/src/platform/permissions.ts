/** Sites the person allowed or may allow. */
import browser from 'webextension-polyfill'

/** Match patterns cannot name a port; this one covers them all. */
export const serverOrigin = 'http://127.0.0.1/*'

/** Firefox lets people revoke host permissions at any time, Chrome lets them withhold them. */
export const mayReachServer = (): Promise<boolean> => isGranted([serverOrigin])

/** Must be called from a click. */
export const askToReachServer = (): Promise<boolean> => requestOrigins([serverOrigin])

/** Whether pages and pictures under all of these match patterns may be read. */
export const isGranted = (origins: readonly string[]): Promise<boolean> =>
  browser.permissions.contains({ origins: [...origins] })

/** Everything that is granted, as match patterns: what the installation brings, too. */
export async function grantedOrigins(): Promise<readonly string[]> {
  return (await browser.permissions.getAll()).origins ?? []
}

/**
 * Asks the person. Must be called from a click, with nothing awaited in between.
 *
 * @returns whether they agreed
 */
export const requestOrigins = (origins: readonly string[]): Promise<boolean> =>
  browser.permissions.request({ origins: [...origins] })

export async function revokeOrigins(origins: readonly string[]): Promise<void> {
  await browser.permissions.remove({ origins: [...origins] })
}

/** Must be called while the background script is first run. */
export function onGrantsChanged(changed: (added: readonly string[]) => void): void {
  browser.permissions.onAdded.addListener(({ origins }) => changed(origins ?? []))
  browser.permissions.onRemoved.addListener(() => changed([]))
}
