/** What numbers of classes mean, as it stands beside sets of others: a name a line, `number:name`, or a label map. */
import type { Texts } from './protocol.ts'

/** Files in which names of classes may stand. */
export const isLabelFile = (name: string): boolean => /(?:labels?|classes)\.txt$|\.pbtxt$/i.test(name)

export type Names = ReadonlyMap<number, string>

/** @param names - of files, best first @returns of the first that is there */
export function namesIn(texts: Texts, ...names: readonly string[]): Names {
  for (const name of names) {
    const text = texts.get(name)
    if (text !== undefined) return name.endsWith('.pbtxt') ? inLabelMap(text) : inLines(text)
  }
  return new Map()
}

function inLines(text: string): Names {
  // A class without a name has its number all the same.
  const lines = text.split(/\r?\n/).flatMap((line, at) => (line === '' ? [] : [[at, line] as const]))
  const numbered = lines.map(([, line]) => /^(\d+):(.*)$/.exec(line))
  const isNumbered = lines.length > 0 && numbered.every(found => found !== null)
  if (!isNumbered) return new Map(lines)
  return new Map(numbered.map(found => [Number(found?.[1]), (found?.[2] ?? '').trim()]))
}

/** `item { id: 1 name: "hammer" }`, the text form of protocol buffers; `display_name` is for people. */
function inLabelMap(text: string): Names {
  const names = new Map<number, string>()
  for (const [, item = ''] of text.matchAll(
    /item\s*\{((?:[^}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)\}/g,
  )) {
    const id = /(?:^|\s)id\s*:\s*(\d+)/.exec(item)?.[1]
    const shown = quotedIn(item, 'display_name') ?? quotedIn(item, 'name')
    if (id !== undefined && shown !== undefined) names.set(Number(id), shown)
  }
  return names
}

function quotedIn(item: string, key: string): string | undefined {
  const [, double, single] =
    new RegExp(`(?:^|\\s)${key}\\s*:\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'((?:[^'\\\\]|\\\\.)*)')`).exec(item) ?? []
  return (double ?? single)?.replace(/\\(.)/g, '$1')
}
