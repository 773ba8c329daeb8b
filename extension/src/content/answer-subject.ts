/** Which search an answer belongs to, as far as its address says. */
import type { PageAnswer } from '../harvesters/harvester.ts'

/**
 * Whether an answer names a search in its address.
 *
 * @param query - what is searched for now
 * @param before - what was searched for before: an answer about `cat food` is none about `cat`
 */
export function isAbout({ url }: PageAnswer, query: string | null, before: string | null): boolean {
  const said = spoken(url.href)
  const names = (one: string | null) => one !== null && one !== '' && said.includes(spoken(one))
  if (query === before || !names(query)) return false
  return !(names(before) && (before ?? '').length > (query ?? '').length)
}

/** Without the ways in which addresses write the same words. */
function spoken(text: string): string {
  const plain = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(plain).toLowerCase()
  } catch {
    return plain.toLowerCase()
  }
}
