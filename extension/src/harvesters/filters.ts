/** Parts of reading filters out of the address of a search. */
import type { SearchFilters } from '@gleaner/shared/candidate'
import type { searchFilterNames } from '@gleaner/shared/search-filters'

type FilterName = (typeof searchFilterNames)[number]

/** Says codes of an engine in the words of its menus; codes that are not among them stay as they are. */
export function inWords(words: Readonly<Record<string, string>>) {
  return (code: string | null | undefined): string | undefined => {
    if (!code) return undefined
    return Object.hasOwn(words, code) ? words[code] : code
  }
}

/** The site a query is narrowed to by `site:`. */
export function siteIn(query: string | null): string | undefined {
  return /(?:^|\s)site:(\S+)/i.exec(query ?? '')?.[1]
}

/** The same as a filter, to be spread; nothing where the query names no site. */
export function siteOf(query: string | null): Pick<SearchFilters, 'site'> {
  const site = siteIn(query)
  return site === undefined ? {} : { site }
}

/** Only the filters that say something. */
export function chosen(
  found: Readonly<Partial<Record<FilterName, string | null | undefined>>>,
): SearchFilters {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value))
}

/**
 * Reads filters that stand in the address as they are.
 *
 * @param names - for each filter the parameter that holds it, or several of which the first that is there counts
 * @param query - the parameter that holds the query, which may name a site
 */
export function filtersFrom(
  names: Readonly<Partial<Record<FilterName, string | readonly string[]>>>,
  query = 'q',
): (url: URL) => SearchFilters {
  return ({ searchParams }) => {
    const found = Object.entries(names).map(([filter, parameters]) => {
      const values = [parameters].flat().map(name => searchParams.get(name))
      return [filter, values.find(value => value)] as const
    })
    return { ...siteOf(searchParams.get(query)), ...chosen(Object.fromEntries(found)) }
  }
}

/** Parameters that say one thing together, such as both ends of a span of time: `name=value name=value`. */
export function together({ searchParams }: URL, ...names: readonly string[]): string {
  const given = names.filter(name => searchParams.get(name))
  return given.map(name => `${name}=${searchParams.get(name)}`).join(' ')
}
