import type { Harvester } from './harvester.ts'

/**
 * The harvester to whose engine an address belongs, or else the page itself.
 *
 * @param document - looked at for software that anybody may run under an address of their own
 */
export function findAmong(
  harvesters: readonly Harvester[],
  url: URL,
  document?: Document,
): Harvester | undefined {
  const ofAddress = harvesters.find(({ matches }) => matches(url))
  return ofAddress ?? (document && harvesters.find(({ recognises }) => recognises?.(document)))
}
