/** The loops of the quality measures: `quality.wat`, compiled. They work in the memory of `pixels.ts`. */
import { loops as pixels } from './pixels.ts'

/** A test compiles that text and compares it. */
export const compiledQuality =
  'AGFzbQEAAAABHgNgBn9/f39/fwBgBX9/f39/AX9gB39/f39/f38BfwISAQZwaXhlbHMGbWVtb3J5AgAeAwQDAAECByADBWJlbmRzAAAJZGlmZmVy' +
  'aW5nAAEIc3RyYWlnaHQAAgrCBAO0AwMEfwl7AX8gA0EBa/0QIQogACEGA0BBAyEHIBMEQCACQQBBD0EGIBNsayATQQFGG2ohBwsgB0EEbCEIIAUg' +
  'E0EgbGohCSAJ/QAEACERIAn9AAQQIRIgBiEAA0AgAP0ABAAhDSAN/YkBQQH9iwEhCyAN/YoBQQH9iwEhDCAAIAhr/QAEACENIAAgCGr9AAQAIQ4g' +
  'Df2JASAO/YkB/Y4BIAv9kQEhDyAP/YABIAr9MSEQIA8gEP1OIQ8gEiAPIA/9ugH9rgEhEiAAIAdr/QAEACENIAAgB2r9AAQAIQ4gECAN/YkBIA79' +
  'iQH9jgEgC/2RAf1OIQ8gESAPIA/9ugH9rgEhESAAIAhr/QAEACENIAAgCGr9AAQAIQ4gDf2KASAO/YoB/Y4BIAz9kQEhDyAP/YABIAr9MSEQIA8g' +
  'EP1OIQ8gEiAPIA/9ugH9rgEhEiAAIAdr/QAEACENIAAgB2r9AAQAIQ4gECAN/YoBIA79igH9jgEgDP2RAf1OIQ8gESAPIA/9ugH9rgEhESAAIARq' +
  'IgAgAUkNAAsgCSAR/QsEACAJIBL9CwQQIBNBAWoiE0EESQ0ACwtKAgN7AX8gA/0PIQcDQCAA/QAEACEFIAAgAmr9AAQAIQYgCCAFIAb9eSAFIAb9' +
  'd/1xIAf9LP1kaWohCCAAIARqIgAgAUkNAAsgCAs/AQJ/A0AgACAAIANqIAIgBCAFEAEgBmshCCAHIAhBACAIQQBKG2ohByAAIAJqIQAgAUEBayIB' +
  'QQFKDQALIAcL'

/** What `quality.wat` exports. */
interface Exports {
  readonly bends: (
    ...parameters: [at: number, end: number, rowBytes: number, least: number, skip: number, sums: number]
  ) => void
  readonly differing: (
    ...parameters: [at: number, end: number, apart: number, least: number, skip: number]
  ) => number
  readonly straight: (
    ...parameters: [
      at: number,
      rows: number,
      rowBytes: number,
      end: number,
      least: number,
      skip: number,
      most: number,
    ]
  ) => number
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

export const loops = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(compiledQuality, 'base64')),
  { pixels: { memory: pixels.memory } },
).exports as Exports
