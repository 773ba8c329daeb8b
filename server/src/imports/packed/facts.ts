/** What columns and keys beside pictures say, by the names they usually have. */
import { wordOf } from '../../exports/readers/found.ts'
import type { Told } from './protocol.ts'

const names = {
  title: ['title', 'caption'],
  sourceUrl: ['source_url', 'url', 'image_url'],
  landingUrl: ['landing_url', 'page_url'],
  license: ['license', 'licence'],
  licenseUrl: ['license_url'],
  engine: ['engine'],
  query: ['query'],
} as const

export const factNames: readonly string[] = Object.values(names).flat()

/** @param of - what stands under a name */
export function factsOf(of: (name: string) => unknown): Told['about'] {
  const found = Object.entries(names).flatMap(([fact, under]) => {
    const word = under.map(name => wordOf(of(name))).find(said => said !== undefined)
    return word === undefined ? [] : [[fact, word.slice(0, 8192)]]
  })
  return Object.fromEntries(found)
}

/** @returns a whole number, of whatever kind it is kept as */
export function wholeOf(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

export function sizeOf(width: unknown, height: unknown): Told['size'] {
  const [across = 0, down = 0] = [wholeOf(width), wholeOf(height)]
  return across > 0 && down > 0 ? { width: across, height: down } : null
}
