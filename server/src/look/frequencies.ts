/**
 * The loops that turn lines of samples into their frequencies. They are `spectrum.wat`; a test compiles that text and
 * compares it with the bytes below.
 */
import { lookSide } from './fingerprint.ts'

export const compiledSpectrum =
  'AGFzbQEAAAABCgFgBn9/f39/fwADAgEABQMBAAEHGAIGbWVtb3J5AgALZnJlcXVlbmNpZXMAAArEAwHBAwIDfwl7IARBgMAAaiEIA0Ag' +
  'ACEGIAQhB/0MAAAAAAAAAAAAAAAAAAAAACEK/QwAAAAAAAAAAAAAAAAAAAAAIQv9DAAAAAAAAAAAAAAAAAAAAAAhDP0MAAAAAAAAAAAA' +
  'AAAAAAAAACEN/QwAAAAAAAAAAAAAAAAAAAAAIQ79DAAAAAAAAAAAAAAAAAAAAAAhD/0MAAAAAAAAAAAAAAAAAAAAACEQ/QwAAAAAAAAA' +
  'AAAAAAAAAAAAIREDQCAG/QoDACEJIAogCSAH/QAEAP3yAf3wASEKIAsgCSAH/QAEEP3yAf3wASELIAwgCSAH/QAEIP3yAf3wASEMIA0g' +
  'CSAH/QAEMP3yAf3wASENIA4gCSAH/QAEQP3yAf3wASEOIA8gCSAH/QAEUP3yAf3wASEPIBAgCSAH/QAEYP3yAf3wASEQIBEgCSAH/QAE' +
  'cP3yAf3wASERIAYgAmohBiAHQYABaiIHIAhJDQALIAUgCv0LBAAgBSAL/QsEECAFIAz9CwQgIAUgDf0LBDAgBSAO/QsEQCAFIA/9CwRQ' +
  'IAUgEP0LBGAgBSAR/QsEcCAFQYABaiEFIAAgAWohACADQQFrIgMNAAsL'

/** What `spectrum.wat` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly frequencies: (
    from: number,
    lineStep: number,
    sampleStep: number,
    lines: number,
    matrix: number,
    to: number,
  ) => void
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

const loops = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(compiledSpectrum, 'base64')))
  .exports as Exports

/** Frequencies that are looked at along each axis. */
export const frequencies = 16
const side = lookSide
const valueBytes = 8

const at = { plane: 0, first: 32_768, second: 40_960, result: 49_152 } as const
const valuesAt = (place: number, count: number) => new Float64Array(loops.memory.buffer, place, count)
const plane = valuesAt(at.plane, side * side)
const [first, second] = [valuesAt(at.first, side * frequencies), valuesAt(at.second, side * frequencies)]

/** Weights of the 64 cells of a line: 16 numbers a cell, one for each frequency. */
export type Basis = Float64Array

/** The frequencies along one axis of every line of a picture: 64 × 16 values. */
export type Lines = Float64Array

/** @param luma - 64 × 64 values, row-major; it stays until the next one is taken */
export function takePlane(luma: ArrayLike<number>): void {
  plane.set(luma)
}

/** Frequencies along each line of the plane that was taken last: of its rows, or of its columns. */
export function frequenciesAlong(direction: 'across' | 'down', basis: Basis): Lines {
  first.set(basis)
  const [row, cell] = [side * valueBytes, valueBytes]
  const [lineStep, sampleStep] = direction === 'across' ? [row, cell] : [cell, row]
  loops.frequencies(at.plane, lineStep, sampleStep, side, at.first, at.result)
  return valuesAt(at.result, side * frequencies).slice()
}

/** Frequencies along the other axis. @returns 16 × 16 values: a row for each frequency of the other axis */
export function frequenciesBetween(lines: Lines, basis: Basis): Float64Array {
  first.set(basis)
  second.set(lines)
  loops.frequencies(at.first, valueBytes, frequencies * valueBytes, frequencies, at.second, at.result)
  return valuesAt(at.result, frequencies * frequencies).slice()
}
