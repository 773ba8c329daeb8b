/** The loops that reduce rasters: `reduce.wat`, compiled. They work in the memory of `pixels.ts`. */
import { loops as pixels } from './pixels.ts'

/** A test compiles that text and compares it. */
export const compiledReduce =
  'AGFzbQEAAAABGwNgBH9/f38AYAZ/f39/f38AYAd/f39/f39/AAISAQZwaXhlbHMGbWVtb3J5AgAeAwQDAAECBxsDBWhhbHZlAAAFYmxlbmQAAQdzcXVlZX' +
  'plAAIKjQcD9gEBBnsDQCAA/QAEACAB/QAEAP17IQQgAP0ABBAgAf0ABBD9eyEFIAD9AAQgIAH9AAQg/XshBiAA/QAEAyAB/QAEA/17IQcgAP0ABBMgAf0A' +
  'BBP9eyEIIAD9AAQjIAH9AAQj/XshCSACIAQgBf0NAAECBgcIDA0OEhMUGBkaHv1NIAcgCP0NAAECBgcIDA0OEhMUGBkaHv1N/Xv9Tf0LBAAgAiAFIAb9DQ' +
  '8QFBUWGhscAAAAAAAAAAD9TSAIIAn9DQ8QFBUWGhscAAAAAAAAAAD9Tf17/U39WwMQACAAQTBqIQAgAUEwaiEBIAJBGGoiAiADSQ0ACwu1AgICfwd7A0D9' +
  'DAAgAAAAIAAAACAAAAAgAAAhCyALIQwgCyENIAshDiAAIQYgAiEHA0AgBv0ABAAhCCAGIAFqIgb9AAQAIQkgBiABaiEGIAf9CQIAIQogCyAKIAggCf0NAB' +
  'ABEQISAxMEFAUVBhYHF/2JAf26Af2uASELIAwgCiAIIAn9DQAQARECEgMTBBQFFQYWBxf9igH9ugH9rgEhDCANIAogCCAJ/Q0IGAkZChoLGwwcDR0OHg8f' +
  '/YkB/boB/a4BIQ0gDiAKIAggCf0NCBgJGQoaCxsMHA0dDh4PH/2KAf26Af2uASEOIAdBBGoiByADSQ0ACyAEIAtBDv2sASAMQQ79rAH9hQEgDUEO/awBIA' +
  '5BDv2sAf2FAf1m/QsEACAAQRBqIQAgBEEQaiIEIAVJDQALC9sCAgN/BXsDQCACKAIAIQcgASAHaiEIIAAgB2ohByACQQRqIQIgAiADaiEJ/QwAIAAAACAA' +
  'AAAgAAAAIAAAIQ0gDSEOA0AgB/0ABAAhCiAI/QAEACELIAL9CQIAIQwgDSAMIAr9DAD/A/8B/wT/Av8F///////9Dv26Af2uASENIA4gDCAL/QwA/wP/Af' +
  '8E/wL/Bf///////Q79ugH9rgEhDiAC/QkCBCEMIA0gDCAK/QwG/wn/B/8K/wj/C////////Q79ugH9rgEhDSAOIAwgC/0MBv8J/wf/Cv8I/wv///////0O' +
  '/boB/a4BIQ4gB0EMaiEHIAhBDGohCCACQQhqIgIgCUkNAAsgDUEO/awBIA5BDv2sAf2FASEKIAogCv1mIQogBCAK/VkBAAAgBCAK/VgAAgIgBSAK/VkBAA' +
  'IgBSAK/VgAAgYgBUEDaiEFIARBA2oiBCAGSQ0ACws='

/** What `reduce.wat` exports. */
interface Exports {
  readonly halve: (one: number, two: number, to: number, end: number) => void
  readonly blend: (
    ...parameters: [
      from: number,
      rowBytes: number,
      weights: number,
      weightsEnd: number,
      to: number,
      end: number,
    ]
  ) => void
  readonly squeeze: (
    ...parameters: [
      one: number,
      two: number,
      table: number,
      weightBytes: number,
      toOne: number,
      toTwo: number,
      end: number,
    ]
  ) => void
}

/** The part of the runtime that the type library of the language leaves to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

export const loops = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(compiledReduce, 'base64')), {
  pixels: { memory: pixels.memory },
}).exports as Exports
