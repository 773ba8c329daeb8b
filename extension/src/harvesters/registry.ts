import { baidu } from './baidu.ts'
import { bing } from './bing.ts'
import { brave } from './brave.ts'
import { commons } from './commons.ts'
import { duckduckgo } from './duckduckgo.ts'
import { ecosia } from './ecosia.ts'
import { findAmong } from './find.ts'
import { flickr } from './flickr.ts'
import { google } from './google.ts'
import type { Harvester } from './harvester.ts'
import { instagram } from './instagram.ts'
import { openverse } from './openverse.ts'
import { pexels } from './pexels.ts'
import { pinterest } from './pinterest.ts'
import { pixabay } from './pixabay.ts'
import { searxng } from './searxng.ts'
import { unsplash } from './unsplash.ts'
import { yandex } from './yandex.ts'

export { generic } from './generic.ts'

/** Every engine there is, in the order of their names. */
export const harvesters: readonly Harvester[] = [
  baidu,
  bing,
  brave,
  commons,
  duckduckgo,
  ecosia,
  flickr,
  google,
  instagram,
  openverse,
  pexels,
  pinterest,
  pixabay,
  searxng,
  unsplash,
  yandex,
]

/** See {@link findAmong}. */
export const findHarvester = (url: URL, document?: Document): Harvester | undefined =>
  findAmong(harvesters, url, document)
