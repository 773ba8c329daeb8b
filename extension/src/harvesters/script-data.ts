/** Data that pages carry in inline scripts. It is read as text and never run. */
import { findNew, type NewParts, textOf } from './dom.ts'
import { walk } from './read.ts'

/** Longest script that is looked at; the largest real one seen has 0.6 million characters. */
const maxScriptChars = 8_000_000
const maxDepth = 64
const maxKeptValues = 20_000

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
}
const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }

function unescaped(text: string): string {
  return text.replace(
    /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|(\r\n|[\s\S]))/gi,
    (_, point, unit, byte, one) => {
      if (one !== undefined) return /[\r\n]/.test(one) ? '' : (escapes[one] ?? one)
      const code = Number.parseInt(point ?? unit ?? byte, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : ''
    },
  )
}

/** Goes through a text from one place on. */
function createScanner(text: string, start: number) {
  let place = start

  /** What `pattern`, a sticky one, finds at the present place, which moves on behind it. */
  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = place
    const match = pattern.exec(text)
    if (match) place = pattern.lastIndex
    return match ?? undefined
  }

  /** The character after white space, which stays to be taken. */
  function peek(): string | undefined {
    take(/\s*/y)
    return text[place]
  }

  function string(): string | undefined {
    const quoted = take(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'/y)?.[0].slice(1, -1)
    return quoted?.includes('\\') ? unescaped(quoted) : quoted
  }

  return { take, peek, string, skip: () => void place++ }
}

type Scanner = ReturnType<typeof createScanner>

/** The parts between the bracket at the present place and the one that closes it. */
function partsOf<Part>({ peek, skip }: Scanner, closing: string, part: () => Part): Part[] {
  const parts: Part[] = []
  skip()
  while (peek() !== closing) {
    parts.push(part())
    if (peek() === ',') skip()
    else if (peek() !== closing) broken()
  }
  skip()
  return parts
}

function keyOf({ take, peek, string, skip }: Scanner): string {
  peek()
  const key = string() ?? take(/[\w$]+/y)?.[0] ?? broken()
  if (peek() !== ':') broken()
  skip()
  return key
}

function literal(scanner: Scanner, depth: number): unknown {
  const { take, peek, string } = scanner
  const first = peek()
  if (depth > maxDepth) broken()
  // `fromEntries` makes own properties only, also of a key such as `__proto__`.
  if (first === '{') {
    return Object.fromEntries(
      partsOf(scanner, '}', () => [keyOf(scanner), literal(scanner, depth + 1)] as const),
    )
  }
  if (first === '[') {
    return partsOf(scanner, ']', () => (peek() === ',' ? undefined : literal(scanner, depth + 1)))
  }
  if (first === '"' || first === "'") return string() ?? broken()
  const number = take(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy)
  if (number) return Number(number[0])
  const flag = take(/!([01])/y)
  if (flag) return flag[1] === '0'
  const word = take(/(?:new\s+|void\s+)?[\w$.]+(?:\([^()]*\))?/y)?.[0] ?? broken()
  return Object.hasOwn(words, word) ? words[word] : undefined
}

/**
 * Reads one JavaScript literal: objects with quoted or bare keys, arrays, strings in either quotes, numbers, `!0`. What
 * is no plain value, such as a name or `new Date(…)`, counts as `undefined`.
 *
 * @param start - place of its first character, or of white space before it
 * @returns `undefined` where no whole literal stands there
 */
export function literalAt(text: string, start: number): unknown {
  try {
    return literal(createScanner(text, start), 0)
  } catch {
    return undefined
  }
}

function broken(): never {
  throw new SyntaxError('no literal')
}

const known = new WeakMap<Element, Map<string, { readonly text: string; readonly value: unknown }>>()

/** The same object at each look, so that what was read of it is known again. */
function remembered(script: Element, name: string, text: string, read: () => unknown): unknown {
  const ofScript = known.get(script) ?? new Map()
  known.set(script, ofScript)
  const before = ofScript.get(name)
  if (before?.text === text) return before.value
  const value = read()
  ofScript.set(name, { text, value })
  return value
}

/**
 * The literals that follow `marker` in the inline scripts which are new, at most one a script.
 *
 * @param marker - what stands before the literal, such as `const data =`
 */
export function scriptLiterals(page: NewParts, marker: string): readonly unknown[] {
  return findNew(page, 'script').flatMap(script => {
    const text = textOf(script)
    const start = text.length > maxScriptChars ? -1 : text.indexOf(marker)
    if (start < 0) return []
    return [remembered(script, marker, text, () => literalAt(text, start + marker.length))]
  })
}

/** What `read` makes of each new script that matches, once for each text. */
export function scriptValues<Value>(
  page: NewParts,
  selector: string,
  read: (text: string) => readonly Value[],
): readonly Value[] {
  return findNew(page, selector).flatMap(script => {
    const text = textOf(script)
    if (text.length > maxScriptChars) return []
    return remembered(script, selector, text, () => read(text)) as readonly Value[]
  })
}

/**
 * The objects that hold `key` in data as Nuxt and SvelteKit write it: one array, in which objects and arrays name their
 * values by their places in it.
 *
 * @param levels - how many objects deep values are put in again
 */
export function flattened(data: unknown, key: string, levels = 2): readonly object[] {
  if (!Array.isArray(data)) return []

  function valueAt(place: unknown, level: number): unknown {
    const value = typeof place === 'number' ? walk(data, place) : undefined
    if (typeof value !== 'object' || value === null) return value
    if (level === 0 || Array.isArray(value)) return undefined
    return filled(value, level - 1)
  }

  function filled(object: object, level: number): object {
    return Object.fromEntries(Object.entries(object).map(([name, place]) => [name, valueAt(place, level)]))
  }

  const holders = data.filter(
    (value): value is object =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key),
  )
  return holders.slice(0, maxKeptValues).map(holder => filled(holder, levels - 1))
}
