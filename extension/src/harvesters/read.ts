/** Readers: small functions that take one value out of a result, and ways to put them together. */
import { attributeOf, find, textOf } from './dom.ts'
import { decodeEntities } from './entities.ts'

/** Reads one value out of a result; `undefined` when the result does not carry it. Never throws. */
export type Reader<Item, Value = unknown> = (item: Item) => Value | undefined

/** Longest JSON text that is parsed; the largest real one seen has 0.2 million characters. */
const maxJsonChars = 8_000_000

/** The attribute `name` of the result itself, or of the first element in it that matches `selector`. */
export function attribute(name: string, selector?: string): Reader<Element, string> {
  return tile => {
    const element = selector === undefined ? tile : find(tile, selector)
    return element && attributeOf(element, name)
  }
}

/** The text of the first element of the result that matches `selector`. */
export function text(selector: string): Reader<Element, string> {
  return tile => {
    const element = find(tile, selector)
    return element && textOf(element)
  }
}

/** Parses what `source` reads as JSON; `undefined` when it is broken. The last text of each result is parsed once. */
export function json(source: Reader<Element, string>): Reader<Element> {
  const parsed = new WeakMap<Element, { readonly text: string; readonly value: unknown }>()
  return tile => {
    const text = source(tile)
    if (text === undefined) return undefined
    const known = parsed.get(tile)
    if (known?.text === text) return known.value
    const value = parseJson(text)
    parsed.set(tile, { text, value })
    return value
  }
}

export function parseJson(text: string): unknown {
  if (text.length > maxJsonChars) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Follows own properties and array places into parsed JSON. */
export function walk(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Record<string | number, unknown>)[step]
  }
  return at
}

/** The value at `path` inside what `source` reads. */
export function at<Item>(source: Reader<Item>, ...path: readonly (string | number)[]): Reader<Item> {
  return item => walk(source(item), ...path)
}

/** The value at `path` of a result that is itself parsed JSON. */
export function field(...path: readonly (string | number)[]): Reader<object> {
  return item => walk(item, ...path)
}

/** The first of the readers that finds something. */
export function firstOf<Item>(...readers: readonly Reader<Item>[]): Reader<Item> {
  return item => {
    for (const read of readers) {
      const value = read(item)
      if (value !== undefined && value !== null && value !== '') return value
    }
    return undefined
  }
}

/** The query parameter `name` of the (absolute or relative) address that `source` reads, decoded once. */
export function parameter<Item>(source: Reader<Item>, name: string): Reader<Item, string> {
  return item => {
    const address = source(item)
    if (typeof address !== 'string') return undefined
    return URL.parse(address, 'https://relative.invalid')?.searchParams.get(name) ?? undefined
  }
}

/** Undoes percent-encoding once more. */
export function percentDecoded<Item>(source: Reader<Item>): Reader<Item, string> {
  return item => {
    const value = source(item)
    if (typeof value !== 'string') return undefined
    try {
      return decodeURIComponent(value)
    } catch {
      return value
    }
  }
}

/** Undoes HTML escaping once more. */
export function entityDecoded<Item>(source: Reader<Item>): Reader<Item, string> {
  return item => {
    const value = source(item)
    return typeof value === 'string' ? decodeEntities(value) : undefined
  }
}

/** The objects of an array from parsed data; none where it is no array. */
export function listOf(value: unknown): readonly object[] {
  if (!Array.isArray(value)) return []
  return value.filter((item): item is object => typeof item === 'object' && item !== null)
}

/** Width or height out of a size in words: `1920 × 1309`, `680x470`. */
export function dimension<Item>(source: Reader<Item>, side: 'width' | 'height'): Reader<Item, string> {
  return item => {
    const size = source(item)
    if (typeof size !== 'string') return undefined
    const [, width, height] = /(\d{1,7})\s{0,3}[x×]\s{0,3}(\d{1,7})/i.exec(size.slice(0, 1000)) ?? []
    return side === 'width' ? width : height
  }
}

/** Text that is written as HTML: tags out, character references decoded. */
export function withoutMarkup<Item>(source: Reader<Item>): Reader<Item, string> {
  return item => {
    const value = source(item)
    return typeof value === 'string' ? decodeEntities(value.replace(/<[^<>]*>/g, '')) : undefined
  }
}

/** An address that may be relative to `base`. */
export function resolved<Item>(source: Reader<Item>, base: string): Reader<Item, string> {
  return item => {
    const address = source(item)
    return typeof address === 'string' && address !== '' ? URL.parse(address, base)?.href : undefined
  }
}

/**
 * A number of parsed data, or one in digits; `NaN` for anything else. `Number` itself throws at an object that brings a
 * `valueOf` of its own.
 */
export function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
}

/** Text of parsed data, or a number such as an id as text. `String` itself throws at an object with its own `toString`. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : undefined
}
