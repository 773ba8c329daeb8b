/** What a session has found: one candidate per picture, in order of first sighting. */
import type { CandidateSource } from '@gleaner/shared/candidate'
import type { HarvestedCandidate } from './harvest.ts'
import type { Mooring } from './tile-index.ts'
import type { Values } from './values.ts'
import { keyOf } from './values.ts'

/** More results than this are not read from one page, whatever it holds. */
export const maxCandidates = 10_000
/** Nor more text than this, in characters. */
const maxHeldChars = 40_000_000

/**
 * @param rights - the usage rights that were searched for; a claim on every picture that states no terms of its own
 */
export function createCollection(rights: string | undefined) {
  const candidates: HarvestedCandidate[] = []
  const moorings: Mooring[] = []
  const listOf: object[] = []
  const placeOfImage = new Map<string, number>()
  const placeOfThumbnail = new Map<string, number>()
  const placeOfTile = new Map<string, number>()
  const claim = rights === undefined ? undefined : { name: rights, basis: 'filter' as const }
  let heldChars = 0

  const remember = (map: Map<string, number>, key: string | undefined, place: number) => {
    if (key !== undefined && !map.has(key)) map.set(key, place)
  }

  function put(values: Values, place: number): void {
    const { alternatives, license = claim, ...own } = values
    candidates[place] = { ...own, rank: place + 1, alternatives, ...(license && { license }) }
    heldChars += charsOf(values)
    remember(placeOfImage, keyOf(values.imageUrl), place)
    remember(placeOfThumbnail, keyOf(values.thumbnailUrl), place)
  }

  /** More may be told later than the picture, as when a person opens one of the results. */
  function learn(values: Values, place: number, list: object): void {
    const known = candidates[place]
    const { license } = values
    // Twice in one list are two results, which need not stand on the same page or have the same title.
    const told = listOf[place] === list ? { ...nothingTold, ...(license && { license }) } : values
    const missing = known && missingOf(known, told)
    if (!missing || Object.keys(missing).length === 0) return
    candidates[place] = { ...known, ...missing }
    heldChars += (missing.title?.length ?? 0) + (missing.pageUrl?.length ?? 0)
  }

  /** @returns place of the candidate the values belong to */
  function file(values: Values, tileKey: string | undefined, list: object): number {
    const imageKey = keyOf(values.imageUrl)
    const held = imageKey === undefined ? undefined : placeOfImage.get(imageKey)
    if (held !== undefined) {
      learn(values, held, list)
      return held
    }
    const ofTile = tileKey === undefined ? undefined : placeOfTile.get(tileKey)
    const place = ofTile ?? placeOfThumbnail.get(keyOf(values.thumbnailUrl) ?? '')
    const known = place === undefined ? undefined : candidates[place]
    if (place !== undefined && known !== undefined) {
      if (imageKey === undefined) return place
      if (known.imageUrl === null) put(completed(values, known), place)
      // Another picture may have the same thumbnail, but not the same id: there it is another file of this one.
      else if (ofTile === undefined) return append(values)
      else put(withWay(known, values), place)
      return place
    }
    return append(values)
  }

  function append(values: Values): number {
    put(values, candidates.length)
    return candidates.length - 1
  }

  return {
    /** @param list - what the sighting was listed in together with others: one layout of one look */
    add: (values: Values, { element, tileKey }: Mooring, list: object) => {
      const place = file(values, tileKey, list)
      listOf[place] ??= list
      const known = moorings[place]
      moorings[place] = { element: element ?? known?.element, tileKey: known?.tileKey ?? tileKey }
      remember(placeOfTile, tileKey, place)
    },
    at: (rank: number) => {
      const candidate = candidates[rank - 1]
      const mooring = moorings[rank - 1]
      return candidate && mooring && { ...candidate, ...mooring }
    },
    isFull: () => candidates.length >= maxCandidates || heldChars >= maxHeldChars,
    all: () => [...candidates],
  }
}

type Told = Pick<Values, 'pageUrl' | 'title' | 'width' | 'height' | 'license'>

const nothingTold = { pageUrl: null, title: null, width: null, height: null }

/** What a picture lacks and another sighting of it knows. Half a size is completed by one that agrees with it only. */
function missingOf(known: Values, told: Told): Partial<Told> {
  const { pageUrl, title, width, height, license } = told
  const agrees = (one: number | null, other: number | null) => one === null || one === other
  const isSameSize = agrees(known.width, width) && agrees(known.height, height)
  return {
    ...(known.pageUrl === null && pageUrl !== null && { pageUrl }),
    ...(known.title === null && title !== null && { title }),
    ...(isSameSize && known.width === null && width !== null && { width }),
    ...(isSameSize && known.height === null && height !== null && { height }),
    ...(license && known.license?.basis !== 'picture' && { license }),
  }
}

/** The sighting that has the original, with what only the earlier one without it knew. */
function completed(values: Values, known: Values): Values {
  const { thumbnailUrl, pageUrl, title, width, height } = values
  const hasSize = width !== null && height !== null
  return {
    ...values,
    thumbnailUrl: thumbnailUrl ?? known.thumbnailUrl,
    pageUrl: pageUrl ?? known.pageUrl,
    title: title ?? known.title,
    width: hasSize ? width : known.width,
    height: hasSize ? height : known.height,
    alternatives: merged(values.alternatives, known.alternatives),
    ...(values.license === undefined && known.license && { license: known.license }),
  }
}

function withWay(known: Values, { imageUrl, width, height }: Values): Values {
  if (imageUrl === null) return known
  const way = {
    kind: 'rendition' as const,
    url: imageUrl,
    ...(width && { width }),
    ...(height && { height }),
  }
  return { ...known, alternatives: merged(known.alternatives, [way]) }
}

/** Both lists without repetition, thumbnails last. */
function merged(one: readonly CandidateSource[], other: readonly CandidateSource[]) {
  const known = new Set(one.map(({ url }) => keyOf(url)))
  const all = [...one, ...other.filter(({ url }) => !known.has(keyOf(url)))]
  const isThumbnail = ({ kind }: CandidateSource) => kind === 'thumbnail'
  return [...all.filter(way => !isThumbnail(way)), ...all.filter(isThumbnail)].slice(0, maxWays)
}

/** Most ways kept for one picture, however often it is met. */
const maxWays = 64

function charsOf({ imageUrl, thumbnailUrl, pageUrl, title, alternatives }: Values): number {
  const texts = [imageUrl, thumbnailUrl, pageUrl, title, ...alternatives.map(({ url }) => url)]
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0)
}
