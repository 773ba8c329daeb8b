/** How we name ourselves to hosts: honestly, and with a way to reach the person when they gave one. */

/**
 * @param version - of Gleaner
 * @param contact - address or page of the person who collects, as they configured it; characters that do not belong
 *   into a header comment are left out
 */
export function describeUserAgent(version: string, contact?: string): string {
  const purpose = 'personal image dataset collector; honours noai and Retry-After'
  const reach = (contact ?? '')
    .replace(/[^\x20-\x7e]|[()\\]/g, '')
    .trim()
    .slice(0, 200)
  return `Gleaner/${version} (${reach === '' ? purpose : `${purpose}; contact: ${reach}`})`
}
