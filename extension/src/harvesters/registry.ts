import { bing } from './bing.ts'
import { google } from './google.ts'
import type { Harvester } from './harvester.ts'
import { yandex } from './yandex.ts'

export { generic } from './generic.ts'

/** Every engine there is, in the order of their names. */
export const harvesters: readonly Harvester[] = [bing, google, yandex]

/**
 * The harvester to whose engine the address belongs, or else the page itself.
 *
 * @param document - looked at for software that anybody may run under an address of their own
 */
export function findHarvester(url: URL, document?: Document): Harvester | undefined {
  const ofAddress = harvesters.find(({ matches }) => matches(url))
  return ofAddress ?? (document && harvesters.find(({ recognises }) => recognises?.(document)))
}
