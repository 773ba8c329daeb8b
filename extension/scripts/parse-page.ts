/** Turns a saved file into the document a harvester reads. For tests and the command line; browsers bring their own. */
import { JSDOM } from 'jsdom'

/**
 * Parses a saved page, or the saved answer of a scroll request. Scripts are not run and nothing is loaded.
 *
 * @param text - HTML, or the chunks of an answer that starts with `)]}'`
 * @param url - address the page was served from
 */
export function parsePage(text: string, url: string): Document {
  return new JSDOM(text.startsWith(")]}'") ? htmlOfChunks(text) : text, { url }).window.document
}

/** Joins the HTML among the chunks `<hexadecimal length>;<text>` that follow the first line. */
function htmlOfChunks(text: string): string {
  const parts: string[] = []
  const chunkStart = /\s*([0-9a-f]{1,8});/y
  chunkStart.lastIndex = text.indexOf('\n') + 1
  for (let match = chunkStart.exec(text); match; match = chunkStart.exec(text)) {
    const start = chunkStart.lastIndex
    const end = start + Number.parseInt(match[1] ?? '0', 16)
    parts.push(text.slice(start, end))
    chunkStart.lastIndex = end
  }
  return parts.filter(part => part.trimStart().startsWith('<')).join('\n')
}
