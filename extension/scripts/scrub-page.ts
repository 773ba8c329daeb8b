/** Puts invented words, ids and hosts in the place of a saved page's own. */
import type { PageAnswer } from '../src/harvesters/harvester.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { jsonParts, withJson } from './script-json.ts'

/** Attributes whose words are the page's structure and say nothing of its contents. */
const structural =
  /^(?:class|role|type|rel|itemprop|itemscope|data-test-?id|name|lang|dir|width|height|sizes|loading|decoding|target|method|charset|hidden|media)$/

/** Replaces what the document says, in place. Elements and the names of attributes stay. */
export function scrubDocument(document: Document, names: Pseudonyms): void {
  const texts = document.createNodeIterator(document, 4)
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const isScript = text.parentElement?.tagName === 'SCRIPT'
    text.nodeValue = isScript ? scrubScript(text.nodeValue ?? '', names) : names.value(text.nodeValue ?? '')
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      if (!structural.test(name)) element.setAttribute(name, scrubAttribute(name, value, names))
    }
  }
}

function scrubAttribute(name: string, value: string, names: Pseudonyms): string {
  if (name === 'style') return backgroundOf(value, names)
  if (/srcset/i.test(name))
    return value.replaceAll(
      /\S{6,}/g,
      part => names.address(part.replace(/,$/, '')) + (/,$/.exec(part) ?? ''),
    )
  const isAddress = /^(?:href|src|action|poster|cite|data-(?:lazy-?)?src)$/i.test(name)
  return isAddress ? names.address(value.trim()) : names.value(value)
}

/** Of how an element looks only where its background lies. */
function backgroundOf(style: string, names: Pseudonyms): string {
  const [, url] = /background-image:\s*url\(["']?([^"')]+)/i.exec(style) ?? []
  return url === undefined ? '' : `background-image: url("${names.address(url)}")`
}

/** Data as data; of code the texts in quotes. */
function scrubScript(script: string, names: Pseudonyms): string {
  const parts = jsonParts(script)
  const marks = parts.map((_, index) => index)
  const code = withJson(
    script,
    parts,
    marks.map(mark => `\u0000${mark}`),
  )
  const scrubbed = code.replaceAll(
    /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'/g,
    (quoted, double, single) => {
      const text: string = (double ?? single).replaceAll('\\/', '/')
      const mark = /^\\u0000(\d+)$/.exec(text)?.[1]
      if (mark !== undefined) return quoted
      const quote = quoted.charAt(0)
      const said = names.value(text)
      const isWhole = !said.replaceAll(/\\./g, '').includes(quote) && !said.includes('\n')
      return quote + (isWhole ? said : names.words(text)) + quote
    },
  )
  return scrubbed.replaceAll(/"\\u0000(\d+)"/g, (_, mark) =>
    JSON.stringify(names.data(parts[Number(mark)]?.value)).replaceAll('</', '<\\/'),
  )
}

/** An answer with invented contents, from an invented address of the same form. */
export function scrubAnswer({ url, body }: PageAnswer, names: Pseudonyms): PageAnswer {
  return { url: new URL(names.address(url.href)), body: names.value(body) }
}
