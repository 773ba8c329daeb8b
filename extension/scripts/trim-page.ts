/** Cuts a saved page down to what a harvester reads of its first results, and to the elements these stand in. */
import { createHarvestSession, type HarvestedCandidate, harvest } from '../src/harvesters/harvest.ts'
import type { Harvester, PageAnswer } from '../src/harvesters/harvester.ts'
import { excerpt, jsonParts, withJson } from './script-json.ts'

export interface SavedPage {
  readonly document: Document
  readonly url: URL
  readonly answers: PageAnswer[]
}

/** What no harvester reads and only fills a file. */
const fillers =
  'style, link:not([itemprop]), noscript, svg, iframe, video, audio, object, canvas, meta:not([charset]):not([itemprop])'
const fillingAttributes =
  /^(?:on.*|nonce|integrity|crossorigin|ping|jsaction|jslog|jscontroller|jsname|tabindex|aria-(?!label).*)$/

/** Trials after which the rest of the page stays as it is. */
const maxTrials = 6000

/**
 * Trims the page and its answers in place.
 *
 * @param tiles - how many results are kept
 * @returns what is read of the trimmed page
 */
export function trimPage(
  page: SavedPage,
  harvester: Harvester,
  tiles: number,
): readonly HarvestedCandidate[] {
  const { document, url, answers } = page
  // A copy at each trial: harvesters may remember what they read of a document.
  const read = () => harvest(document.cloneNode(true) as Document, url, harvester, answers).candidates
  const first = JSON.stringify(read().slice(0, tiles))
  let trials = 0
  const holds = () => {
    trials++
    return trials <= maxTrials && JSON.stringify(read().slice(0, tiles)) === first
  }

  /** Takes nodes out as long as the results stay; puts them back otherwise. */
  function tryWithout(nodes: readonly ChildNode[]): boolean {
    const places = nodes.map(node => ({ node, parent: node.parentNode, next: node.nextSibling }))
    for (const { node } of places) node.remove()
    if (holds()) return true
    for (const { node, parent, next } of places.toReversed()) parent?.insertBefore(node, next)
    return false
  }

  removeFillers(document, tryWithout)
  if (first === '[]') {
    thin(document.documentElement, tiles)
    return read()
  }
  const kept = splitTiles(page, harvester, tiles, tryWithout)
  prune(document.documentElement, kept, tryWithout)
  for (const script of document.querySelectorAll('script')) shorten(script, holds)
  for (const holder of dataHolders(page)) reduce(holder, holds)
  return read()
}

type Trial = (nodes: readonly ChildNode[]) => boolean

function removeFillers(document: Document, tryWithout: Trial): void {
  const comments = document.createNodeIterator(document, 128)
  const found: ChildNode[] = []
  for (let node = comments.nextNode(); node; node = comments.nextNode()) found.push(node as ChildNode)
  for (const comment of found) comment.remove()
  const elements = [...document.querySelectorAll(fillers)].filter(
    element => !element.parentElement?.closest(fillers),
  )
  if (!tryWithout(elements)) for (const element of elements) tryWithout([element])
  for (const element of document.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) {
      if (fillingAttributes.test(name)) element.removeAttribute(name)
    }
    if (element.matches('input[type="hidden"]')) element.setAttribute('value', '')
  }
}

/** Takes the tiles of further results out. @returns the tiles of those that are kept */
function splitTiles(
  page: SavedPage,
  harvester: Harvester,
  tiles: number,
  tryWithout: Trial,
): readonly Element[] {
  const session = createHarvestSession(page.document, page.url, harvester)
  for (const answer of page.answers) session.hear(answer)
  session.advance()
  const all = session.harvest().candidates.map(({ rank }) => ({ rank, tile: session.tileOf(rank) }))
  const kept = all.flatMap(({ rank, tile }) => (rank <= tiles && tile ? [tile] : []))
  const surplus = all.flatMap(({ rank, tile }) =>
    rank > tiles && tile && !kept.includes(tile) ? [tile] : [],
  )
  if (!tryWithout(surplus)) for (const tile of surplus) tryWithout([tile])
  return kept
}

/** Takes out whatever the results can do without, from the outside in; tiles that are kept stay whole. */
function prune(element: Element, kept: readonly Element[], tryWithout: Trial): void {
  for (const child of [...element.children]) {
    if (kept.includes(child) || /^(?:HEAD|BODY|TITLE)$/.test(child.tagName)) {
      if (!kept.includes(child)) prune(child, kept, tryWithout)
      continue
    }
    if (child.matches('meta[charset]')) continue
    const holdsTile = kept.some(tile => child.contains(tile))
    if (holdsTile || !tryWithout([child])) prune(child, kept, tryWithout)
  }
}

/** Leaves out of a script its code, and data that the results can do without. */
function shorten(script: Element, holds: () => boolean): void {
  const put = (text: string) => {
    const before = script.textContent
    script.textContent = text
    if (holds()) return true
    script.textContent = before
    return false
  }
  if (!put(excerpt(script.textContent, jsonParts(script.textContent)))) return
  for (let place = jsonParts(script.textContent).length - 1; place >= 0; place--) {
    const text = script.textContent
    put(excerpt(text, jsonParts(text).toSpliced(place, 1)))
  }
}

/** Of a page without results: no scripts, and of each row of elements the first. */
function thin(element: Element, length: number): void {
  for (const [place, child] of [...element.children].entries()) {
    if (child.tagName === 'SCRIPT' || place >= Math.max(length, 2)) child.remove()
    else thin(child, length)
  }
}

/** A place that holds data: part of a script, an attribute or an answer. */
interface DataHolder {
  readonly value: unknown
  readonly put: (value: unknown) => void
}

function* dataHolders({ document, answers }: SavedPage): Generator<DataHolder> {
  for (const script of document.querySelectorAll('script')) {
    for (let index = 0; index < jsonParts(script.textContent).length; index++) {
      const text = script.textContent
      const parts = jsonParts(text)
      const values = parts.map(({ value }) => value)
      yield {
        value: values[index],
        put: value => {
          script.textContent = withJson(text, parts, values.with(index, value))
        },
      }
    }
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value: text } of [...element.attributes]) {
      const value = /^\s*[[{]/.test(text) && text.length > 40 ? parsed(text) : undefined
      if (value === undefined) continue
      yield { value, put: changed => element.setAttribute(name, JSON.stringify(changed)) }
    }
  }
  for (const [place, { url, body }] of answers.entries()) {
    const value = parsed(body)
    if (value === undefined) continue
    yield { value, put: changed => void answers.splice(place, 1, { url, body: JSON.stringify(changed) }) }
  }
}

/** The words that data goes by: values that name a place in it are among them. */
export function keysIn(page: SavedPage): readonly string[] {
  const keys = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value) && !/\d{5}/.test(key))
        for (const word of key.match(/[\p{L}\p{N}]+/gu) ?? []) keys.add(word)
      visit(inner)
    }
  }
  for (const { value } of dataHolders(page)) visit(value)
  return [...keys]
}

/** Takes items and members out of data as long as the results stay, the largest first. */
function reduce({ value, put }: DataHolder, holds: () => boolean): void {
  let root = value

  function tryRoot(changed: unknown): boolean {
    put(changed)
    if (holds()) {
      root = changed
      return true
    }
    put(root)
    return false
  }

  /** `write` makes a root in which this part is another. @returns what is left of the part */
  function visit(part: unknown, write: (part: unknown) => unknown): unknown {
    if (typeof part !== 'object' || part === null) return part
    let now: unknown = part
    const steps = Array.isArray(part) ? [...part.keys()].toReversed() : Object.keys(part)
    for (const step of steps) {
      const changed = without(now, step)
      if (tryRoot(write(changed))) now = changed
    }
    for (const step of Object.keys(now as object)) {
      const whole = now
      now = withMember(
        whole,
        step,
        visit(memberOf(whole, step), inner => write(withMember(whole, step, inner))),
      )
    }
    return now
  }

  visit(root, changed => changed)
  put(root)
}

const memberOf = (part: unknown, step: string) => (part as Record<string, unknown>)[step]

function without(part: unknown, step: string | number): unknown {
  if (Array.isArray(part)) return part.toSpliced(Number(step), 1)
  return Object.fromEntries(Object.entries(part as object).filter(([key]) => key !== step))
}

function withMember(part: unknown, step: string, value: unknown): unknown {
  if (Array.isArray(part)) return part.with(Number(step), value)
  return { ...(part as object), [step]: value }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
