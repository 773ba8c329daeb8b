/**
 * Outlines what a page is built of, without anything it says: names of elements and attributes, lengths in place of
 * text, shapes in place of addresses. What a person can send to those who mend a harvester.
 */
import { attributeOf, call, findAll } from '../harvesters/dom.ts'

const outlinesAtMost = 5
/** Where nothing looks like a result, the surroundings of the first pictures are told. */
const levelsAround = 3
/** Smaller pictures are symbols and buttons. */
const sidePx = 80
const nodesAtMost = 150
const depthAtMost = 12
const attributesAtMost = 24
/** Where there is more, nothing is told but numbers of things. */
const elementsAtMost = 5000
const secretsAtMost = 5000
const textAtMost = 20_000
/** Shorter parts of words give nothing away and are everywhere. */
const wordChars = 3

/** Words that may be part of no name; `null` when there are too many to tell. */
type Secrets = ReadonlySet<string> | null

export interface Surroundings {
  /** Host names that belong to the engine, whoever looks at it. */
  readonly ownHosts: readonly string[]
  readonly pageHost: string
  /** What was searched for; no name that holds a word of it is told. */
  readonly query: string | null
}

/**
 * Outlines of the first tiles, or of what stands around the first pictures where there are none: those are found without
 * the harvester, which may be what is broken.
 */
export function outlinesOf(
  document: Document,
  tiles: readonly Element[],
  surroundings: Surroundings,
): readonly string[] {
  const pictures = () =>
    findAll(document, 'img')
      .filter(picture => sidesOf(picture).every(side => side >= sidePx))
      .slice(0, outlinesAtMost)
      .map(picture => around(picture, levelsAround))
  const elements = tiles.length > 0 ? tiles.slice(0, outlinesAtMost) : pictures()
  return elements.map(element => outline(element, surroundings))
}

const sidesOf = (picture: Element) => ['width', 'height'].map(side => call(picture, side) as number)

function around(element: Element, levels: number): Element {
  const parent = call(element, 'parentElement') as Element | null
  return levels === 0 || !parent ? element : around(parent, levels - 1)
}

/** The tile as HTML of which only the build is left. */
export function outline(tile: Element, surroundings: Surroundings): string {
  const secrets = secretsOf(tile, surroundings.query)
  let nodes = 0

  function draw(node: Node, depth: number): string {
    nodes += 1
    if (nodes > nodesAtMost) return '…'
    if (typeOf(node) === textType) return lengthOf(textOf(node))
    if (typeOf(node) !== elementType) return ''
    const element = node as Element
    const name = safeName(localName(element), secrets)
    const attributes = attributeNames(element).map(each =>
      drawAttribute(element, each, surroundings, secrets),
    )
    const children =
      depth < depthAtMost
        ? childrenOf(element)
            .map(child => draw(child, depth + 1))
            .join('')
        : '…'
    return `<${[name, ...attributes].join(' ')}>${children}</${name}>`
  }
  return draw(tile, 0)
}

function drawAttribute(element: Element, name: string, surroundings: Surroundings, secrets: Secrets): string {
  const value = attributeOf(element, name) ?? ''
  const shown = safeName(name, secrets)
  if (name === 'class') {
    const classes = value.split(/\s+/).filter(Boolean).slice(0, attributesAtMost)
    return `class="${classes.map(each => safeName(each, secrets)).join(' ')}"`
  }
  return `${shown}="${valueShape(value, surroundings, secrets)}"`
}

function valueShape(value: string, surroundings: Surroundings, secrets: Secrets): string {
  const text = value.trim()
  if (isAddress(text)) return addressShape(text, surroundings, secrets)
  if (/^data:/i.test(text)) return `data:${lengthOf(text)}`
  return /^[[{]/.test(text) ? `json${lengthOf(text)}` : lengthOf(text)
}

/** `https://own-host/a/0.a?name&name`: letters to `a`, digits to `0`, names of parameters without their values. */
function addressShape(address: string, surroundings: Surroundings, secrets: Secrets): string {
  const { ownHosts, pageHost } = surroundings
  const isRelative = !/^(?:https?:)?\/\//i.test(address)
  const url = URL.parse(address, 'https://relative.invalid')
  if (!url) return lengthOf(address)
  const { hostname, protocol } = url
  const owner = isRelative || hostname === pageHost ? 'own' : 'other'
  const host = !isRelative && ownHosts.includes(hostname) ? hostname : owner
  const path = url.pathname.replace(/[^/._-]+/g, part => (/^\d+$/.test(part) ? '0' : 'a'))
  const names = [...new Set(url.searchParams.keys())].slice(0, attributesAtMost)
  const parameters = names.map(name => safeName(name, secrets)).join('&')
  return `${protocol}//${host}${path.slice(0, 80)}${parameters && `?${parameters}`}`
}

/** A name of the page's build: digits to 0, anything that could carry content to a dash. */
function safeName(name: string, secrets: Secrets): string {
  const plain = name.slice(0, 40).replace(/\d+/g, '0')
  const lower = name.toLowerCase()
  const isTelling = secrets === null || [...secrets].some(secret => lower.includes(secret))
  return !isTelling && /^[a-z][\w:.-]*$/i.test(plain) ? plain : '-'
}

/** Everything the tile says, word by word: pages build names of users and searches into names of classes. */
function secretsOf(tile: Element, query: string | null): Secrets {
  const secrets = new Set(wordsOf(query ?? ''))
  const elements = [tile, ...findAll(tile, '*')]
  if (elements.length > elementsAtMost) return null
  for (const element of elements) {
    const children = nodesIn(element)
    if (children.length > elementsAtMost) return null
    const texts = [...children].filter(child => typeOf(child) === textType)
    const values = namesOn(element).filter(name => name !== 'class')
    for (const said of [
      ...texts.map(textOf),
      ...values.map(name => saidBy(attributeOf(element, name) ?? '')),
    ]) {
      if (said.length > textAtMost) return null
      for (const word of wordsOf(said)) secrets.add(word)
      if (secrets.size > secretsAtMost) return null
    }
  }
  return secrets
}

/** What a value says; names of an address's parameters are part of the page's build. */
function saidBy(value: string): string {
  const url = isAddress(value.trim()) ? URL.parse(value.trim(), 'https://relative.invalid') : null
  if (!url) return value
  const { hostname, pathname, searchParams, hash } = url
  const host = hostname === 'relative.invalid' ? '' : hostname
  return [host, decoded(pathname), ...searchParams.values(), decoded(hash)].join(' ')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Words of letters, small; numbers are cut out of every name anyway. */
function wordsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter(word => word.length >= wordChars && !/^\d+$/.test(word))
}

const isAddress = (text: string) => /^(?:https?:)?\/\/|^\/[^/]|^\.{1,2}\/|^\?/i.test(text)
const textType = 3
const elementType = 1
const typeOf = (node: Node) => call(node, 'nodeType') as number
const lengthOf = (text: string) => (text.trim() === '' ? '' : `[${text.trim().length}]`)
const localName = (element: Element) => String(call(element, 'localName'))
const textOf = (node: Node) => String(call(node, 'textContent') ?? '')
const nodesIn = (element: Element) => call(element, 'childNodes') as NodeListOf<Node>
const childrenOf = (element: Element) => [...nodesIn(element)].slice(0, nodesAtMost)
const namesOn = (element: Element) => call(element, 'getAttributeNames') as string[]
const attributeNames = (element: Element) => namesOn(element).slice(0, attributesAtMost)
