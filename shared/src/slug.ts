/** Folder names for labels people type: safe on every file system and for every trainer. */

/** What a folder name looks like. */
export const slugPattern = /^[a-z0-9_][a-z0-9_-]{0,63}$/

const maxChars = 64
/** Room for the short id and its hyphen. */
const idChars = 7

/** Names Windows keeps for devices, with any extension. Superscript digits have become plain ones by then. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d|conin|conout|clock)$/

/**
 * Words that make Hugging Face `datasets` put a folder into a split when they stand alone between ends, digits,
 * hyphens and underscores.
 */
const splitWord =
  /(?<![a-z])(?:train|training|validation|valid|dev|val|test|testing|eval|evaluation)(?![a-z])/

export interface SlugOptions {
  /** What a label without any usable letter is called. */
  readonly fallback?: string
  /** Whether trainers read the name as that of a class, so that it must not hold a split's name; true by default. */
  readonly isClass?: boolean
}

/**
 * Makes the folder name of a label: NFKC, lower case, `[a-z0-9_-]`, at most 64 bytes, no name a system or a trainer
 * takes for something else ("test tube" → `testtube`). A label that loses more than its spaces and capitals on the
 * way gets a short id, and so does one whose folder is taken. A slug is its own slug.
 *
 * @param label - any text
 * @param taken - folder names in use
 * @returns a name that matches {@link slugPattern} and is not in `taken`
 */
export function folderSlug(label: string, taken: ReadonlySet<string>, options: SlugOptions = {}): string {
  const fallback = options.fallback ?? 'class'
  const folded = label.normalize('NFKC').toLowerCase().trim().replace(/\s+/gu, '_')
  const letters = tidy(
    folded
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[^a-z0-9_-]+/g, '_'),
  )
  const cut = options.isClass === false ? plainCut : withoutSplitWords
  const whole = cut(letters, fallback, maxChars)
  const isFaithful =
    letters === folded && letters.length <= maxChars && letters !== '' && !reserved.test(whole)
  if (isFaithful && !taken.has(whole)) return whole

  const stem = cut(letters || fallback, fallback, maxChars - idChars)
  for (let turn = 0; ; turn += 1) {
    const name = `${stem}-${shortId(`${turn}:${label}`)}`
    if (!taken.has(name)) return name
  }
}

function plainCut(name: string, fallback: string, room: number): string {
  return tidy(name.slice(0, room)) || fallback
}

/** Cuts to `room` characters and takes the splitting words apart, cutting further while that makes it too long. */
function withoutSplitWords(name: string, fallback: string, room: number): string {
  for (let length = room; length > 0; length -= 1) {
    const safe = joinSplitWords(tidy(name.slice(0, length)))
    if (safe.length <= room && safe !== '') return safe
    if (safe === '') break
  }
  return fallback
}

function joinSplitWords(name: string): string {
  let safe = name
  for (let found = splitWord.exec(safe); found; found = splitWord.exec(safe)) {
    const before = safe.slice(0, found.index)
    const after = safe.slice(found.index + found[0].length)
    if (/^[_-]+[a-z]/.test(after)) safe = before + found[0] + after.replace(/^[_-]+/, '')
    else if (/[a-z][_-]+$/.test(before)) safe = before.replace(/[_-]+$/, '') + found[0] + after
    else safe = `${before}${found[0]}class${after}`
  }
  return safe
}

function tidy(name: string): string {
  return name.replace(/^[_-]+|[_-]+$/g, '')
}

/** Six hex digits of 32-bit FNV-1a: short, steady, and needing no digest in the browser. */
function shortId(text: string): string {
  let sum = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193)
  return (sum >>> 0).toString(16).padStart(8, '0').slice(0, 6)
}
