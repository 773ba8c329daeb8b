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
