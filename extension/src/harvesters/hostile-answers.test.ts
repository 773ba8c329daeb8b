/** Answers come from a page that may be hostile: whatever stands in them, harvesters neither throw nor are polluted. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixturesOf } from '../../scripts/fixtures.ts'
import { parsePage } from '../../scripts/parse-page.ts'
import { harvest } from './harvest.ts'
import { parseJson } from './read.ts'
import { harvesters } from './registry.ts'
import { toCandidate } from './to-candidate.ts'

const withAnswers = harvesters.flatMap(harvester =>
  fixturesOf(harvester.engine).flatMap(({ name, about, answers }) =>
    answers.length === 0 ? [] : [{ title: `${harvester.engine} ${name}`, harvester, about, answers }],
  ),
)

type Path = readonly (string | number)[]

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return [path, ...keys.flatMap(key => pathsIn((value as Record<string, unknown>)[key], [...path, key]))]
}

/** A copy in which something else stands at `path`. */
function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) }
  const at = copy as Record<string | number, unknown>
  at[step] = replaced(at[step], rest, by)
  return copy
}

const evil = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    [null],
    { length: 5 },
    JSON.parse('{"__proto__":{"polluted":1}}'),
    // Neither text nor a number can be made of it: `String` and `Number` throw.
    { toString: 1, valueOf: 1 },
    [{ toString: 1, valueOf: 1 }],
    'javascript:alert(1)',
    'https://user:password@private.example/',
    'x'.repeat(100_000),
    '<a href="'.repeat(5000),
    -1,
    1e308,
  ),
)

describe.each(withAnswers)('$title', ({ harvester, about, answers }) => {
  const url = new URL(about.url)
  const document = parsePage('<p>Nothing yet', about.url)
  const read = (bodies: readonly string[]) => {
    const heard = answers.map((answer, place) => ({ ...answer, body: bodies[place] ?? '' }))
    return harvest(document, url, harvester, heard).candidates
  }

  test('survives any value in any place', () => {
    const parsed = answers.map(({ body }) => parseJson(body))
    const paths = parsed.flatMap((value, place) => pathsIn(value).map(path => ({ place, path })))
    fc.assert(
      fc.property(fc.constantFrom(...paths), evil, ({ place, path }, by) => {
        const changed = parsed.map((value, at) => (at === place ? replaced(value, path, by) : value))
        for (const candidate of read(changed.map(value => JSON.stringify(value) ?? ''))) {
          const sources = toCandidate(candidate)?.sources ?? []
          expect(sources.every(({ url }) => /^https?:\/\//.test(url) && !url.includes('@private'))).toBe(true)
        }
        expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('survives answers that are cut off', () => {
    const longest = Math.max(...answers.map(({ body }) => body.length))
    fc.assert(
      fc.property(fc.nat(longest), end => {
        read(answers.map(({ body }) => body.slice(0, end)))
      }),
      { numRuns: 50 },
    )
  })
})
