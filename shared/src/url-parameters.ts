/**
 * What of an address says nothing about which picture it leads to: who sent the visitor, and what size is wanted. Parts
 * of an address are taken away, never written anew, so that all that stays is as it was.
 */

/** Raised when addresses would get other keys than before. */
export const urlRules = 1

/** Marks of campaigns, advertisements and newsletters. Names that sites also use for something else are not among them. */
const trackingNames: ReadonlySet<string> = new Set([
  ...[
    'fbclid',
    'gclid',
    'gclsrc',
    'dclid',
    'gbraid',
    'wbraid',
    'srsltid',
    'msclkid',
    'yclid',
    'ysclid',
    'twclid',
  ],
  ...[
    'ttclid',
    'igsh',
    'igshid',
    'mibextid',
    'epik',
    'mc_cid',
    'mc_eid',
    'mkt_tok',
    '_openstat',
    '_ga',
    '_gl',
  ],
  ...['_hsenc', '_hsmi', 'hsctatracking', 'oly_anon_id', 'oly_enc_id', 'vero_id', 'rb_clickid', 'wickedid'],
])

const isTracking = ({ name }: Parameter) => name.startsWith('utm_') || trackingNames.has(name)

interface Parameter {
  /** Lower case. */
  readonly name: string
  readonly value: string
  /** As written. */
  readonly text: string
}

function parametersOf({ search }: URL): Parameter[] {
  const texts = search === '' ? [] : search.slice(1).split('&')
  return texts.map(text => {
    const [name = '', ...value] = text.split('=')
    return { name: plain(name).toLowerCase(), value: plain(value.join('=')), text }
  })
}

/** Names and values are compared as their readers decode them; what cannot be decoded is compared as it is. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function withOnly(url: URL, staying: readonly Parameter[]): URL {
  const copy = new URL(url)
  copy.search = staying.map(({ text }) => text).join('&')
  return copy
}

/** @returns the same address when there is nothing to take away */
export function withoutTracking(url: URL): URL {
  const all = parametersOf(url)
  const staying = all.filter(parameter => !isTracking(parameter))
  return staying.length === all.length ? url : withOnly(url, staying)
}

// ── Sizes ───────────────────────────────────────────────────────────────────────────────────────────────────────

const widths: ReadonlySet<string> = new Set([
  'w',
  'width',
  'wid',
  'maxwidth',
  'max_width',
  'max-w',
  'imwidth',
])
const heights: ReadonlySet<string> = new Set([
  'h',
  'height',
  'hei',
  'maxheight',
  'max_height',
  'max-h',
  'imheight',
])
const boxes: ReadonlySet<string> = new Set(['size', 'resize', 'sz'])
/** Only beside a size: by themselves they may mean anything. */
const company: ReadonlySet<string> = new Set(['q', 'quality', 'dpr'])
/** Ways of fitting that show the whole picture. */
const wholeFits: ReadonlySet<string> = new Set([
  'max',
  'clip',
  'inside',
  'contain',
  'scale',
  'scale-down',
  'scaledown',
])
/** With one of these, the address may lead to a part of the picture. */
const cropping: ReadonlySet<string> = new Set([
  'crop',
  'rect',
  'c_crop',
  'gravity',
  'fp-x',
  'fp-y',
  'focal',
  'trim',
])

const twoSides = /^(\d{1,5})[x,*:](\d{1,5})$/i
const leastSidePx = 16
const mostSidePx = 20_000

/** An address that asks for a size, by what it is without that. */
export interface SizeFree {
  /** The address without what asks for a size. */
  readonly url: URL
  /** Longest side that is asked for. */
  readonly askedSidePx: number
}

/**
 * Takes away what asks for a size of the whole picture.
 *
 * @returns `undefined` where nothing does, or where it may be a part of the picture that is asked for
 */
export function sizeFree(url: URL): SizeFree | undefined {
  const all = parametersOf(url)
  if (all.some(parameter => isOfPart(parameter) || isCut(parameter))) return undefined
  const sides = all.map(parameter => sideOf(parameter, all))
  const known = sides.filter(side => side !== undefined)
  if (known.length === 0) return undefined
  const staying = all.filter(
    (parameter, at) => sides[at] === undefined && !isCompany(parameter) && parameter.name !== 'fit',
  )
  // Nothing would be left that names a picture.
  if (url.pathname === '/' && staying.length === 0) return undefined
  return { url: withOnly(url, staying), askedSidePx: Math.round(Math.max(...known) * densityOf(all)) }
}

const isOfPart = ({ name, value }: Parameter) =>
  cropping.has(name) || (name === 'fit' && !wholeFits.has(value.toLowerCase()))

/** At some hosts, `resize` with both sides cuts off what does not fit. */
const isCut = ({ name, value }: Parameter) => name === 'resize' && twoSides.test(value)

const isCompany = ({ name, value }: Parameter) => company.has(name) && /^\d{1,3}(?:\.\d+)?$/.test(value)

/** @returns the longest side in px that the parameter asks for */
function sideOf({ name, value }: Parameter, all: readonly Parameter[]): number | undefined {
  if (widths.has(name)) return pixels(value)
  // A lone `h` is more often a digest or an hour than a height.
  if (heights.has(name))
    return name === 'h' && !all.some(other => other.name === 'w') ? undefined : pixels(value)
  if (!boxes.has(name)) return undefined
  const [, width, height] = twoSides.exec(value) ?? []
  if (width === undefined || height === undefined) return pixels(value)
  const both = [pixels(width), pixels(height)].filter(side => side !== undefined)
  return both.length === 2 ? Math.max(...both) : undefined
}

function pixels(value: string): number | undefined {
  const [, digits] = /^(\d{1,5})(?:px)?$/i.exec(value) ?? []
  const side = Number(digits)
  return side >= leastSidePx && side <= mostSidePx ? side : undefined
}

/** Pixels of the file for each that is asked for. */
function densityOf(all: readonly Parameter[]): number {
  const dpr = Number(
    all.find(({ name, value }) => name === 'dpr' && /^\d(?:\.\d+)?$/.test(value))?.value ?? 1,
  )
  return Math.min(4, Math.max(1, dpr))
}
