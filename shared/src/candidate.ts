import type { Static } from 'typebox'
import { Type } from 'typebox'
import { limits } from './limits.ts'

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
  },
  { additionalProperties: false },
)
export type Candidate = Static<typeof Candidate>

/** Where a batch of candidates was found. */
export const Origin = Type.Object(
  {
    /** Engine name of the harvester, `import` for a list, `page` for anything else. */
    engine: Type.String({ minLength: 1, maxLength: 32, pattern: '^[a-z][a-z0-9-]*$' }),
    query: Type.Optional(Type.String({ maxLength: limits.queryChars })),
    /** Address of the results page. */
    pageUrl: Type.Optional(Url),
  },
  { additionalProperties: false },
)
export type Origin = Static<typeof Origin>
