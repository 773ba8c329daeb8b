import { bing } from './bing.ts'
import { google } from './google.ts'
import type { Harvester } from './harvester.ts'
import { yandex } from './yandex.ts'

/** Every engine there is, in the order of their names. */
export const harvesters: readonly Harvester[] = [bing, google, yandex]

/** The harvester to whose engine the address belongs. */
export function findHarvester(url: URL): Harvester | undefined {
  return harvesters.find(({ matches }) => matches(url))
}
