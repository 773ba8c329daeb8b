/**
 * Replaces what a page says by invented words and ids, the same by the same everywhere, so that what belongs together in
 * a page still does: the id of a tile and the key of its record, a title and the words in an address.
 */

const inventedWords =
  'amber basin candle dune ember fern glade harbor inlet jasper kettle lantern meadow nectar orchard pebble quarry ridge saddle thicket umber valley willow yarrow zephyr acorn barley cedar dapple elder fallow garnet hazel ivory juniper kelp linden maple nettle opal poplar quartz reed sorrel tulip upland violet walnut yonder zinnia alder birch clover drift estuary flint gravel heath island jetty knoll lagoon marsh notch oasis plateau quiver rapids shoal terrace upwell verge wharf'.split(
    ' ',
  )

/** Short words that say nothing, and words of the web that stand in every page. */
const plain = new Set(
  'a an the of in on at to by is as or and for px kb mb http https jpg jpeg png webp avif gif svg html htm php amp lt gt quot apos nbsp true false null undefined data'.split(
    ' ',
  ),
)

/** What may be the e-mail address of a person, and is not a picture for sharp screens (`name@2x.png`). */
export const mailAddress =
  /[\w.+-]{1,64}@(?!\dx\b)[\w-]{1,64}(?:\.[\w-]{1,64}){0,8}\.(?!(?:jpe?g|png|webp|gif|avif|svg)\b)[a-z]{2,24}/

export interface Pseudonyms {
  /** Every word and id of a text, punctuation and sizes apart. */
  readonly words: (text: string) => string
  /** An address or a part of one; hosts that are not the engine's own become invented ones. */
  readonly address: (address: string) => string
  /** A text that may be, or hold, addresses, e-mail addresses or data. */
  readonly value: (text: string) => string
  /** Parsed data: values as above, numbers that are longer than a size, and keys that are ids. */
  readonly data: (value: unknown) => unknown
}

/** @param kept - words the harvester goes by, which stay */
function createWords(kept: ReadonlySet<string>): (text: string) => string {
  const known = new Map<string, string>()

  function invented(word: string): string {
    const other = known.get(word) ?? freshWord(known.size)
    known.set(word, other)
    return other
  }

  function token(text: string): string {
    if (kept.has(text) || plain.has(text.toLowerCase()) || isSize(text)) return text
    const isWord = /^\p{L}+$/u.test(text) && !/\p{Ll}.*\p{Lu}/u.test(text.slice(1))
    if (!isWord) return likeIt(text)
    if (/^[a-z]{1,2}$/i.test(text)) return text
    const word = invented(text.toLowerCase())
    if (text === text.toUpperCase() && text !== text.toLowerCase()) return word.toUpperCase()
    return /^\p{Lu}/u.test(text) ? word.charAt(0).toUpperCase() + word.slice(1) : word
  }

  // Escapes are left where they are, apart from letters that are written as such.
  return text =>
    text.replaceAll(
      /(?:%u[\da-f]{4})+|\\+(?:x[\da-f]{2}|u[\da-f]{4}|.)|%[\da-f]{2}|[\p{L}\p{N}]+/giu,
      part => (/^%u/i.test(part) ? invented(part) : /^[\\%]/.test(part) ? part : token(part)),
    )
}

/** Counts and sizes: `12`, `1920x1080`, `640w`. Longer numbers are ids. */
const isSize = (text: string) =>
  /^\d{1,5}$/.test(text) || /^\d{1,5}x\d{0,5}$/.test(text) || /^\d{1,4}(?:px|w|k|kb|mb)$/i.test(text)

/**
 * @param isOwnHost - whether a host is the engine's own and stays
 * @param kept - words the harvester goes by, which stay
 */
export function createPseudonyms(
  isOwnHost: (host: string) => boolean,
  kept: ReadonlySet<string>,
): Pseudonyms {
  const inWords = createWords(kept)
  const hosts = new Map<string, string>()

  /** A part of an address, which may be percent-encoded. */
  function part(text: string): string {
    const decoded = decodedOnce(text)
    if (decoded === text) return inWords(text)
    return encodeURIComponent(isAddress(decoded) ? address(decoded) : inWords(decoded))
  }

  function host(name: string): string {
    const plainName = name.toLowerCase().replace(/:\d+$/, '')
    if (isOwnHost(plainName)) return name
    const known = hosts.get(plainName) ?? `${freshWord(hosts.size)}.example`
    hosts.set(plainName, known)
    return known
  }

  function query(text: string): string {
    const pairs = text.split('&').map(pair => {
      const [name = '', ...rest] = pair.split('=')
      const value = rest.join('=')
      const shown = /^[\w.[\]-]{1,24}$/.test(name) && !/\d{3}/.test(name) ? name : part(name)
      return rest.length > 0 ? `${shown}=${isAddress(value) ? address(value) : part(value)}` : shown
    })
    return pairs.join('&')
  }

  function address(text: string): string {
    if (/^data:/i.test(text)) return 'data:,'
    if (/^(?:javascript|blob|about|mailto|tel):/i.test(text)) return '#'
    const [, scheme = '', name, rest = ''] = /^((?:https?:)?\/\/)([^/?#\s]+)(.*)$/is.exec(text) ?? []
    const [, path = '', asked, place] =
      /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(name === undefined ? text : rest) ?? []
    const written = path.split('/').map(part).join('/')
    return [
      name === undefined ? '' : `${scheme}${host(name)}`,
      written,
      asked === undefined ? '' : `?${query(asked)}`,
      place === undefined ? '' : `#${part(place)}`,
    ].join('')
  }

  function value(text: string): string {
    const trimmed = text.trim()
    if (/^[[{]/.test(trimmed)) {
      const parsed = parsedJson(trimmed)
      if (parsed !== undefined) return JSON.stringify(data(parsed))
    }
    if (isAddress(trimmed) && !/\s/.test(trimmed)) return address(trimmed)
    const pattern = new RegExp(`${mailAddress.source}|(?:https?:)?\\/\\/[^\\s"'<>\\\\)]+`, 'gi')
    let written = ''
    let end = 0
    for (const match of text.matchAll(pattern)) {
      written += inWords(text.slice(end, match.index))
      written += match[0].includes('//') ? address(match[0]) : 'someone@example.org'
      end = match.index + match[0].length
    }
    return written + inWords(text.slice(end))
  }

  function data(parsed: unknown): unknown {
    if (typeof parsed === 'string') return value(parsed)
    if (typeof parsed === 'number')
      return Math.abs(parsed) > 99_999 ? Number(likeIt(`${Math.trunc(Math.abs(parsed))}`)) : parsed
    if (Array.isArray(parsed)) return parsed.map(data)
    if (typeof parsed !== 'object' || parsed === null) return parsed
    return Object.fromEntries(Object.entries(parsed).map(([key, inner]) => [keyName(key), data(inner)]))
  }

  /** Keys are the form of the data, unless ids are used as such. */
  function keyName(key: string): string {
    const isId =
      /\d{5}/.test(key) || (key.length > 10 && /\d/.test(key) && /[a-z]/.test(key) && /[A-Z]/.test(key))
    return /^[A-Za-z_$][\w$-]*$/.test(key) && !isId ? key : value(key)
  }

  return { words: inWords, address, value, data }
}

function freshWord(place: number): string {
  const word = inventedWords[place % inventedWords.length] ?? 'word'
  const round = Math.floor(place / inventedWords.length)
  return round === 0
    ? word
    : `${word}${inventedWords[(round - 1) % inventedWords.length]}${round > inventedWords.length ? round : ''}`
}

/** Longer ids are tokens, of which nothing goes by their length. */
const maxIdChars = 40

/** An id of the same length and kind: digits for digits, hexadecimal for hexadecimal, letters for letters. */
function likeIt(id: string): string {
  const text = id.slice(0, maxIdChars)
  let state = 2_166_136_261
  for (const character of id) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0
  const isHex = /^[\da-f]+$/.test(text)
  const pick = (alphabet: string) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return alphabet.charAt((state >>> 8) % alphabet.length)
  }
  return [...text]
    .map((character, place) => {
      if (/\d/.test(character)) return pick(place === 0 ? '123456789' : '0123456789')
      if (isHex) return pick('abcdef')
      if (/\p{Lu}/u.test(character)) return pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
      return /\p{L}/u.test(character) ? pick('abcdefghijklmnopqrstuvwxyz') : character
    })
    .join('')
}

const isAddress = (text: string) =>
  /^(?:(?:https?:)?\/\/|https?%3a%2f|data:|blob:|mailto:|javascript:)/i.test(text)

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
