/**
 * The loops two pictures are compared by, over rasters of {@link lookSide} × {@link lookSide} values. The loops are
 * `raster-loops.wat`; a test compiles that text and compares it with the bytes below.
 */
import type { Affine } from './affine.ts'
import { lookSide } from './fingerprint.ts'

/** 64 × 64 values, row-major. */
export type Plane = Float32Array

/** A part of a frame in cells. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** What is laid on another. */
export interface Laid {
  /** Never changed once it was laid. */
  readonly plane: Plane
  /** Only cells in here count. */
  readonly box: Box
}

/** The module, in base64. */
export const compiledRasterLoops =
  'AGFzbQEAAAABKwdgAX8AYAJ/fwBgA39/fwBgAABgBnx8fHx8fAF/YAN/fHwBfGAEf3x8fAADCwoAAQECAwQABQYEBQMBAAQHWgoGbWVtb3J5AgAGc21vb3RoAAEHYm' +
  '94TWVhbgACBGxlc3MAAwZzbG9wZXMABAZwbGFjZXMABQR0b25lAAYGc3ByZWFkAAcJZXF1YXRpb25zAAgFYWRkVXAACQqCGgpCAQF/A0AgASAAIAFq/QAEAP0LBJCA' +
  'BSABQRBqIgFBgAJJDQALQYCABSAA/QkCAP0LBABBkIIFIAD9CQL8Af0LBAAL4AECBH8Ce0MAAIA+/RMhBgNAIAAgAmoQAEEAIQMDQCAD/QAEkIAFIQcgAiADaiAGIA' +
  'P9AASMgAUgA/0ABJSABf3kASAHIAf95AH95AH95gH9CwSAgAQgA0EQaiIDQYACSQ0ACyACQYACaiICQYCAAUkNAAtBACEDA0AgA0GAAkEAIANBgAJPG2shBCADQYAC' +
  'QQAgA0GA/gBJG2ohBSAD/QAEgIAEIQcgASADaiAGIAT9AASAgAQgBf0ABICABP3kASAHIAf95AH95AH95gH9CwQAIANBEGoiA0GAgAFJDQALC8wCAgR/AntDAAAQQf' +
  '0TIQYDQCAAIAJqEABBACEDA0AgA/0ABICABSAD/QAEhIAFIAP9AASIgAUgA/0ABIyABSAD/QAEkIAFIAP9AASUgAUgA/0ABJiABSAD/QAEnIAFIAP9AASggAX95AH9' +
  '5AH95AH95AH95AH95AH95AH95AEhByACIANqIAcgBv3nAf0LBICABCADQRBqIgNBgAJJDQALIAJBgAJqIgJBgIABSQ0AC0EAIQIDQEEAIQMDQP0MAAAAAAAAAAAAAA' +
  'AAAAAAACEHQYB4IQQDQCACIARqIQVBACAFIAVBAEgbIQVBgP4AIAUgBUGA/gBKGyEFIAcgBSADav0ABICABP3kASEHIARBgAJqIgRBgAhMDQALIAEgAiADamogByAG' +
  '/ecB/QsEACADQRBqIgNBgAJJDQALIAJBgAJqIgJBgIABSQ0ACwszAQF/A0AgAiADaiAAIANq/QAEACABIANq/QAEAP3lAf0LBAAgA0EQaiIDQYCAAUkNAAsLvwEBB3' +
  '8DQCABIAFBAEtrQQh0IQUgASABQT9JakEIdCEGQQAhAANAIAFBBnQgAGohAiACIABBAEtrIQMgAiAAQT9JaiEEIAJBBHQgAkECdCoCADgCgIAGIAJBBHQgBEECdCoC' +
  'ACADQQJ0KgIAkyAEIANrspU4AoSABiACQQR0IAYgAEECdGoqAgAgBSAAQQJ0aioCAJMgBiAFa0EIdbKVOAKIgAYgAEEBaiIAQcAASQ0ACyABQQFqIgFBwABJDQALC7' +
  'QEBwJ/AnwIewJ8BHsCfwR7IAD9FCAD/SIBIQwgAf0UIAT9IgEhDSAC/RQgBf0iASEOQYCkDP0ABAAhEEGQpAz9AAQAIRFBoKQMKwMAIRJBsKQMKwMAIRNEAAAAAAAA' +
  '4D/9FCEURAAAAAAAgE9A/RQhFkQAAAAAAABPQP0UIRcDQCAHuEQAAAAAAADgP6AhCQJAIAlBqKQMKwMAYw0AIAlBuKQMKwMAZA0AIA0gCf0U/fIBIQ9BACEGA0AgBr' +
  'hEAAAAAAAA4D+gIQgCQCAIIBJjDQAgCCATZA0AIAwgCP0U/fIBIA/98AEgDv3wASEKIAogEP1MIAogEf1L/U79wwFFDQAgFiAVIAogFP3xAf33Af32ASEKIBcgCv32' +
  'Af39ASELIAogC/3/Af3xASEKIAv9GwFBBnQgC/0bAGohGCAYQQR0IRggCv0hALb9EyEaIAr9IQG2/RMhGyAY/QAEgIAGIRwgGP0ABICIBiEdIBwgGiAY/QAEkIAGIB' +
  'z95QH95gH95AEhHCAdIBogGP0ABJCIBiAd/eUB/eYB/eQBIR0gGSAIRAAAAAAAAJA/okQAAAAAAADgP6G2OAKAgAogGSAJRAAAAAAAAJA/okQAAAAAAADgP6G2OAKE' +
  'gAogGSAHQQZ0IAZqQQJ0KgKAgAE4AoiACiAZIBwgGyAdIBz95QH95gH95AH9CwSQgAogGUEgaiEZCyAGQQJqIgZBwABJDQALCyAHQQJqIgdBwABJDQALIBlBBXYLdg' +
  'ICfwZ8IABBBXQhAgNAIAEqApCACrshAyABKgKIgAq7IQQgBSADoCEFIAYgBKAhBiAHIAMgA6KgIQcgCCADIASioCEIIAFBIGoiASACSQ0AC0HApAwgBTkDAEHIpAwg' +
  'BjkDAEHQpAwgBzkDAEHYpAwgCDkDAAs7AgJ/AXwgAEEFdCEEA0AgBSADKgKIgAq7IAEgAyoCkIAKu6KhIAKhmaAhBSADQSBqIgMgBEkNAAsgBQvOCAUCfwN8BXsBfw' +
  'V7QYCADEEAQYAF/AsAIABBBXQhBQNAIAQqApCACrshBiAEKgKIgAq7IAEgBqKhIAKhIQcgByADoyEIRAAAAAAAAPA/RAAAAAAAAPA/IAggCKKgo/0UIQwgBP1dA4CA' +
  'Cv1fIQkgASAEKgKUgAq7ov0UIQogASAEKgKYgAq7ov0UIQsgCiAJ/fIBIQ8gCyAJ/fIBIREgCiAR/Q0AAQIDBAUGBxAREhMUFRYXIRAgESAL/Q0ICQoLDA0ODxAREh' +
  'MUFRYXIREgBv0URAAAAAAAAFBA/SIBIRL9DAAAAAAAAAAAAAAAAAAAAAAgB/0iACETIAwgD/3yAf0hAP0UIQ0gDiAO/QAEgIAMIA0gD/3yAf3wAf0LBICADCAOIA79' +
  'AASQgAwgDSAQ/fIB/fAB/QsEkIAMIA4gDv0ABKCADCANIBH98gH98AH9CwSggAwgDiAO/QAEsIAMIA0gEv3yAf3wAf0LBLCADCAOIA79AATAgAwgDSAT/fIB/fAB/Q' +
  'sEwIAMIAwgD/3yAf0hAf0UIQ0gDiAO/QAE0IAMIA0gD/3yAf3wAf0LBNCADCAOIA79AATggAwgDSAQ/fIB/fAB/QsE4IAMIA4gDv0ABPCADCANIBH98gH98AH9CwTw' +
  'gAwgDiAO/QAEgIEMIA0gEv3yAf3wAf0LBICBDCAOIA79AASQgQwgDSAT/fIB/fAB/QsEkIEMIAwgEP3yAf0hAP0UIQ0gDiAO/QAEsIEMIA0gEP3yAf3wAf0LBLCBDC' +
  'AOIA79AATAgQwgDSAR/fIB/fAB/QsEwIEMIA4gDv0ABNCBDCANIBL98gH98AH9CwTQgQwgDiAO/QAE4IEMIA0gE/3yAf3wAf0LBOCBDCAMIBD98gH9IQH9FCENIA4g' +
  'Dv0ABICCDCANIBD98gH98AH9CwSAggwgDiAO/QAEkIIMIA0gEf3yAf3wAf0LBJCCDCAOIA79AASgggwgDSAS/fIB/fAB/QsEoIIMIA4gDv0ABLCCDCANIBP98gH98A' +
  'H9CwSwggwgDCAR/fIB/SEA/RQhDSAOIA79AATgggwgDSAR/fIB/fAB/QsE4IIMIA4gDv0ABPCCDCANIBL98gH98AH9CwTwggwgDiAO/QAEgIMMIA0gE/3yAf3wAf0L' +
  'BICDDCAMIBH98gH9IQH9FCENIA4gDv0ABLCDDCANIBH98gH98AH9CwSwgwwgDiAO/QAEwIMMIA0gEv3yAf3wAf0LBMCDDCAOIA79AATQgwwgDSAT/fIB/fAB/QsE0I' +
  'MMIAwgEv3yAf0hAP0UIQ0gDiAO/QAEkIQMIA0gEv3yAf3wAf0LBJCEDCAOIA79AASghAwgDSAT/fIB/fAB/QsEoIQMIAwgEv3yAf0hAf0UIQ0gDiAO/QAE4IQMIA0g' +
  'Ev3yAf3wAf0LBOCEDCAOIA79AATwhAwgDSAT/fIB/fAB/QsE8IQMIARBIGoiBCAFSQ0ACwveBAgCfwJ8CHsCfAR7BH8EfAJ7IAD9FCAD/SIBIQwgAf0UIAT9IgEhDS' +
  'AC/RQgBf0iASEOQYCkDP0ABAAhEEGQpAz9AAQAIRFBoKQMKwMAIRJBsKQMKwMAIRNEAAAAAAAA4D/9FCEURAAAAAAAgE9A/RQhFkQAAAAAAABPQP0UIRdEAAAAAAAA' +
  '8D/9FCEhQYCMDEEAQYAY/AsAA0AgB7hEAAAAAAAA4D+gIQkCQCAJQaikDCsDAGMNACAJQbikDCsDAGQNACANIAn9FP3yASEPQQAhBgNAIAa4RAAAAAAAAOA/oCEIAk' +
  'AgCCASYw0AIAggE2QNACAaQQFqIRogDCAI/RT98gEgD/3wASAO/fABIQogCiAQ/UwgCiAR/Uv9Tv3DAUUNACAWIBUgCiAU/fEB/fcB/fYBIQogFyAK/fYB/f0BIQsg' +
  'CiAL/f8B/fEBIQogC/0bAUEGdCAL/RsAaiEYIBtBAWohGyAYQQJ0IRggCv0hACEcIAr9IQEhHSAY/V0DAP1fISAgICAd/RQgGP1dA4AC/V8gIP3xAf3yAf3wASEgIC' +
  'D9IQAgHCAg/SEBICD9IQChoqAhHiAHQQZ0IAZqQQJ0KgKAgAG7IR9BMCAHQThxIAZBA3ZqbCEZIB/9FCAe/SIBISAgGSAZ/QAEgIwMICEgHv0iAf3wAf0LBICMDCAZ' +
  'IBn9AASQjAwgICAeIB6i/SIB/fAB/QsEkIwMIBkgGf0ABKCMDCAgIB/9FP3yAf3wAf0LBKCMDAsgBkEBaiIGQcAASQ0ACwsgB0EBaiIHQcAASQ0ACyAaQRB0IBtyCw' +
  '=='

/** What `raster-loops.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly smooth: (from: number, into: number) => void
  readonly boxMean: (from: number, into: number) => void
  readonly less: (one: number, other: number, into: number) => void
  readonly slopes: () => void
  readonly places: AlongAffine
  readonly tone: (count: number) => void
  readonly spread: (count: number, gain: number, shift: number) => number
  readonly equations: (count: number, gain: number, shift: number, spread: number) => void
  readonly addUp: AlongAffine
}
type AlongAffine = (a: number, b: number, c: number, d: number, e: number, f: number) => number

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const loops = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(compiledRasterLoops, 'base64')))
  .exports as Exports

const cells = lookSide * lookSide
const { buffer } = loops.memory

/** Where everything lies in the memory, in bytes. What is not named here belongs to the loops. */
const at = {
  ...{ first: 0, second: 16_384 },
  ...{ plain: 32_768, passing: 49_152 },
  ...{ equations: 196_608, blocks: 198_144, boxes: 201_216, tone: 201_280 },
} as const
const planeAt = (byte: number): Plane => new Float32Array(buffer, byte, cells)

const first = planeAt(at.first)
const second = planeAt(at.second)
const boxes = new Float64Array(buffer, at.boxes, 8)
const tone = new Float64Array(buffer, at.tone, 4)

/** A plane to be written, and what the steps from it lead to. All are written over by the next picture. */
export const plain = planeAt(at.plain)
const passing = planeAt(at.passing)

/** Each value of {@link plain} with its neighbours, 1 2 1 across and down; at the edges the outermost value goes on. */
export const smoothPlain = (): void => loops.smooth(at.plain, at.plain)

/** @returns `one` less {@link plain} smoothed */
export function lessSmoothed(one: Plane): Plane {
  passing.set(one)
  loops.smooth(at.plain, at.plain)
  loops.less(at.passing, at.plain, at.passing)
  return passing.slice()
}

/** Takes from `one` the mean of 9 × 9 values around each of {@link plain}, and of those means once more. */
export function takeSurroundings(one: Plane): void {
  passing.set(one)
  loops.boxMean(at.plain, at.plain)
  loops.boxMean(at.plain, at.plain)
  loops.less(at.passing, at.plain, at.passing)
  one.set(passing)
}

let laidFirst: Plane | undefined
let laidSecond: Plane | undefined
let sloped: Plane | undefined

/** Brings what is compared to the memory: pairs are compared many times over. */
function lay(one: Laid, other: Laid): void {
  if (laidFirst !== one.plane) first.set(one.plane)
  if (laidSecond !== other.plane) second.set(other.plane)
  laidFirst = one.plane
  laidSecond = other.plane
  for (const [place, { left, top, right, bottom }] of [one.box, other.box].entries()) {
    boxes[4 * place] = left
    boxes[4 * place + 1] = top
    boxes[4 * place + 2] = right
    boxes[4 * place + 3] = bottom
  }
}

/** Unknowns of {@link equations}. */
export const unknowns = 8
/** Values of a row of {@link equations}: those of the unknowns, the right-hand side, and one that stands for nothing. */
export const equationsWidth = 10
/**
 * Normal equations: the upper half of what is to be solved for the transform's changes (about the middle of the frame, in
 * shares of it), and a gain and a shift of brightness. Written over by each call.
 */
export const equations = new Float64Array(buffer, at.equations, unknowns * equationsWidth)

/**
 * Makes the {@link equations} from the places both pictures show, of every second cell of every second row of the second.
 * Those that do not fit count less and less.
 *
 * @param fewest - with fewer places there are none
 * @returns whether there are any
 */
export function makeEquations(one: Laid, other: Laid, affine: Affine, fewest: number): boolean {
  lay(one, other)
  if (sloped !== one.plane) loops.slopes()
  sloped = one.plane
  const { a, b, c, d, e, f } = affine
  const count = loops.places(a, b, c, d, e, f)
  if (count < fewest) return false
  const [gain, shift] = toneOf(count)
  // Mean difference that is left: what differs by more counts for less.
  const spread = Math.max(1, loops.spread(count, gain, shift) / count)
  loops.equations(count, gain, shift, spread)
  return true
}

/** Gain and shift that bring the values of the first nearest those of the second. */
function toneOf(count: number): readonly [gain: number, shift: number] {
  loops.tone(count)
  const [sx = 0, sy = 0, sxx = 0, sxy = 0] = tone
  const variance = sxx - (sx * sx) / count
  const gain = variance < 1 ? 1 : Math.min(4, Math.max(0.2, (sxy - (sx * sy) / count) / variance))
  return [gain, (sy - gain * sx) / count]
}

/** Cells along each side of a block. */
export const blockSide = 8
export const blockCount = (lookSide / blockSide) ** 2
/** Values of each block among {@link blockSums}. */
export const sumsEach = 6
/**
 * Of each block, with values a of the first and b of the second: how many there are, and the sums of a, b, aa, bb and ab.
 * Written over by each call.
 */
export const blockSums = new Float64Array(buffer, at.blocks, blockCount * sumsEach)

/** @returns how many cells were compared, and how many of the second could have been */
export function addUpBlocks(one: Laid, other: Laid, affine: Affine): readonly [count: number, cells: number] {
  lay(one, other)
  const { a, b, c, d, e, f } = affine
  const both = loops.addUp(a, b, c, d, e, f)
  return [both & 0xffff, both >>> 16]
}
