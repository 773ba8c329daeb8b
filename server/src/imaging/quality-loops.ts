/** The loops of the quality measures: `quality.wat`, compiled. They work in the memory of `pixels.ts`. */
import { loops as pixels } from './pixels.ts'

/** A test compiles that text and compares it. */
export const compiledQuality =
  'AGFzbQEAAAABKgRgBn9/f39/fwBgBX9/f39/AX9gB39/f39/f38Bf2AJf39/f39/f39/AAISAQZwaXhlbHMGbWVtb3J5AgAeAwYFAAECAwEHMwUF' +
  'YmVuZHMAAAlkaWZmZXJpbmcAAQhzdHJhaWdodAACBXRvbmVzAAMIc3RlZXBlc3QABArtCAW0AwMEfwl7AX8gA0EBa/0QIQogACEGA0BBAyEHIBME' +
  'QCACQQBBD0EGIBNsayATQQFGG2ohBwsgB0EEbCEIIAUgE0EgbGohCSAJ/QAEACERIAn9AAQQIRIgBiEAA0AgAP0ABAAhDSAN/YkBQQH9iwEhCyAN' +
  '/YoBQQH9iwEhDCAAIAhr/QAEACENIAAgCGr9AAQAIQ4gDf2JASAO/YkB/Y4BIAv9kQEhDyAP/YABIAr9MSEQIA8gEP1OIQ8gEiAPIA/9ugH9rgEh' +
  'EiAAIAdr/QAEACENIAAgB2r9AAQAIQ4gECAN/YkBIA79iQH9jgEgC/2RAf1OIQ8gESAPIA/9ugH9rgEhESAAIAhr/QAEACENIAAgCGr9AAQAIQ4g' +
  'Df2KASAO/YoB/Y4BIAz9kQEhDyAP/YABIAr9MSEQIA8gEP1OIQ8gEiAPIA/9ugH9rgEhEiAAIAdr/QAEACENIAAgB2r9AAQAIQ4gECAN/YoBIA79' +
  'igH9jgEgDP2RAf1OIQ8gESAPIA/9ugH9rgEhESAAIARqIgAgAUkNAAsgCSAR/QsEACAJIBL9CwQQIBNBAWoiE0EESQ0ACwtKAgN7AX8gA/0PIQcD' +
  'QCAA/QAEACEFIAAgAmr9AAQAIQYgCCAFIAb9eSAFIAb9d/1xIAf9LP1kaWohCCAAIARqIgAgAUkNAAsgCAs/AQJ/A0AgACAAIANqIAIgBCAFEAEg' +
  'BmshCCAHIAhBACAIQQBKG2ohByAAIAJqIQAgAUEBayIBQQFKDQALIAcLuAICBH8Ke/0MAAECAwQFBgcICQoLDA0ODyERIAP9DyESIAT9DyETIAX9' +
  'DyEUIAb9DyEVIAf9DyEWA0AgAiAAayEJIAD9AAQAIQ0gESAJQRAgCUEQSRv9D/0mIQ8gAf0ABAAhDiAQIA8gDSAO/XkgDSAO/Xf9cf1O/X39jgEh' +
  'ECAKIA8gDSAS/XkgDSAS/Xf9cSAT/Sr9Tv1kaWohCiALIA8gDSAU/Sz9TiANIBX9Kv1O/WRpaiELIAD9AAQBIQ4gDCARIAlBESAJQRFJG0EBa/0P' +
  '/SYgDSAO/XkgDSAO/Xf9cSAW/Sj9Tv1kaWohDCABQRBqIQEgAEEQaiIAIAJJDQALIBD9fyEQIAggEP0bACAQ/RsBaiAQ/RsCIBD9GwNqajYCACAI' +
  'IAo2AgQgCCALNgIIIAggDDYCDAvvAQIEfwR7IAP9DyEJIAQhBgNAIAAgAWohBSAFQQFr/QAEACELIAX9AAQBIQwgCyAM/XkgCyAM/Xf9cSEKIAog' +
  'Cf0s/WQhByAHBEAgBf0ABAAhCyAF/QAEAiEMIAcgCiALIAz9eSALIAz9d/1x/Sz9ZHEhByAFQQJr/QAEACEMIAcgCiALIAz9eSALIAz9d/1x/Sj9' +
  'ZHEhByACIAFrIQggCEEQSARAIAdBASAIdEEBa3EhBwsgBwRAA0AgBCABIAdoajYCACAEQQRqIQQgByAHQQFrcSIHDQALCwsgAUEQaiIBIAJIDQAL' +
  'IAQgBmtBAnYL'

/** What `quality.wat` exports. */
interface Exports {
  readonly bends: (
    ...parameters: [at: number, end: number, rowBytes: number, least: number, skip: number, sums: number]
  ) => void
  readonly differing: (
    ...parameters: [at: number, end: number, apart: number, least: number, skip: number]
  ) => number
  readonly tones: (
    ...parameters: [
      at: number,
      beside: number,
      end: number,
      tone: number,
      reach: number,
      low: number,
      high: number,
      step: number,
      to: number,
    ]
  ) => void
  readonly steepest: (
    ...parameters: [line: number, from: number, end: number, least: number, to: number]
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
