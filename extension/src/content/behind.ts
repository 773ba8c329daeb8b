/** Finds the result behind a picture the person points at. */
import type { Candidate } from '@gleaner/shared/candidate'
import { parseHttpUrl } from '@gleaner/shared/url'
import { call, findAll } from '../harvesters/dom.ts'

/** Pictures with the same address that are looked at; pages repeat their placeholders. */
const picturesAtMost = 50

const addressesOf = (picture: Element) => [call(picture, 'currentSrc'), call(picture, 'src')]

/**
 * @param imageUrl - address of the picture as the browser shows it: an original, a thumbnail, or data
 * @param tileOf - where the result of a rank stands on the page
 */
export function candidateBehind(
  document: Document,
  imageUrl: string,
  candidates: readonly Candidate[],
  tileOf: (rank: number) => Element | undefined,
): Candidate | undefined {
  if (candidates.length === 0) return undefined
  const address = parseHttpUrl(imageUrl)?.href
  const named = candidates.find(({ sources }) => sources.some(({ url }) => url === address))
  if (named) return named
  // Engines show their thumbnails under addresses, or as data, that no result names: the tile around it tells.
  const pictures = findAll(document, 'img')
    .filter(picture => addressesOf(picture).includes(imageUrl))
    .slice(0, picturesAtMost)
  if (pictures.length === 0) return undefined
  return candidates.find(({ rank = 0 }) => {
    const tile = tileOf(rank)
    return tile !== undefined && pictures.some(picture => call(tile, 'contains', picture) === true)
  })
}
