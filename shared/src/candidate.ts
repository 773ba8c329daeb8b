import type { Static } from 'typebox'
import { Type } from 'typebox'
import { limits } from './limits.ts'
import { searchFilterNames } from './search-filters.ts'

const Url = Type.String({ minLength: 1, maxLength: limits.urlChars, pattern: '^https?://' })
const Title = Type.String({ maxLength: limits.titleChars })
const Pixels = Type.Integer({ minimum: 1, maximum: 1_000_000 })

/** What an address of a candidate leads to, best first. */
export const sourceKinds = ['original', 'mirror', 'rendition', 'thumbnail'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** One way to the picture. Width and height are the page's claim in pixels. */
export const CandidateSource = Type.Object(
  {
    kind: Type.Enum([...sourceKinds]),
    url: Url,
    width: Type.Optional(Pixels),
    height: Type.Optional(Pixels),
  },
  { additionalProperties: false },
)
export type CandidateSource = Static<typeof CandidateSource>

const words = (maxLength: number) => Type.Optional(Type.String({ minLength: 1, maxLength }))

/** Under which terms a picture is offered, as the page says it. A claim: nobody has checked it. */
export const LicenseClaim = Type.Object(
  {
    /** In the page's own words or the usual short form: `CC BY-SA 4.0`, `Public domain`. */
    name: words(128),
    url: Type.Optional(Url),
    creator: words(256),
    creatorUrl: Type.Optional(Url),
    /** The sentence the page asks to be credited with. */
    attribution: words(1024),
    /** `picture`: said beside this picture. `filter`: follows from the usage rights that were searched for. */
    basis: Type.Enum(['picture', 'filter']),
  },
  { additionalProperties: false },
)
export type LicenseClaim = Static<typeof LicenseClaim>

/** A search result as it is sent to the server: not yet fetched, nothing about it believed. */
export const Candidate = Type.Object(
  {
    /** Ways to the same picture, tried in order. The first one identifies the candidate in its dataset. */
    sources: Type.Array(CandidateSource, { minItems: 1, maxItems: limits.sourcesPerCandidate }),
    /** The page the picture stands on. */
    landingUrl: Type.Optional(Url),
    title: Type.Optional(Title),
    /** Place among the results of the page, from 1. */
    rank: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    license: Type.Optional(LicenseClaim),
  },
  { additionalProperties: false },
)
export type Candidate = Static<typeof Candidate>

/** Filters of the engine that were active, each in the engine's own words. */
export const SearchFilters = Type.Object(
  Object.fromEntries(searchFilterNames.map(name => [name, words(limits.filterChars)])) as {
    [N in (typeof searchFilterNames)[number]]: ReturnType<typeof words>
  },
  { additionalProperties: false },
)
export type SearchFilters = Static<typeof SearchFilters>

/** Where a batch of candidates was found. */
export const Origin = Type.Object(
  {
    /** Engine name of the harvester, `import` for a list, `page` for anything else. */
    engine: Type.String({ minLength: 1, maxLength: 32, pattern: '^[a-z][a-z0-9-]*$' }),
    query: Type.Optional(Type.String({ maxLength: limits.queryChars })),
    /** Address of the results page. */
    pageUrl: Type.Optional(Url),
    filters: Type.Optional(SearchFilters),
  },
  { additionalProperties: false },
)
export type Origin = Static<typeof Origin>
