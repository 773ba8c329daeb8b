/** The loops that reduce rasters: `reduce.wat`, compiled. They work in the memory of `pixels.ts`. */
import { loops as pixels } from './pixels.ts'

/** A test compiles that text and compares it. */
export const compiledReduce =
  'AGFzbQEAAAABHANgBH9/f38AYAZ/f39/f38AYAh/f39/f39/fwACEgEGcGl4ZWxzBm1lbW9yeQIAHgMEAwABAgcbAwVoYWx2ZQAABWJsZW5kAAEHc3F1ZW' +
  'V6ZQACCpIJA8UBAQJ7/QwAAwEEAgUGCQcKCAv/////IQUDQCAA/QAEACAB/QAEAP17IAX9Dv19QQH9jQEgAP0ABAwgAf0ABAz9eyAF/Q79fUEB/Y0B/WYh' +
  'BCACIAT9WwMAACACIAT9WwMGASAA/QAEGCAB/QAEGP17IAX9Dv19QQH9jQEgAP0ABCQgAf0ABCT9eyAF/Q79fUEB/Y0B/WYhBCACIAT9WwMMACACIAT9Ww' +
  'MSASAAQTBqIQAgAUEwaiEBIAJBGGoiAiADSQ0ACwvjAwIEfwx7IAFBAXQhCQNA/QwAIAAAACAAAAAgAAAAIAAAIQ4gDiEPIA4hECAOIREgDiESIA4hEyAO' +
  'IRQgDiEVIAAhBiAAIAFqIQcgAiEIA0AgCP0JAgAhDCAG/QAEACEKIAf9AAQAIQsgCiAL/Q0AEAERAhIDEwQUBRUGFgcXIQ0gDiAMIA39iQH9ugH9rgEhDi' +
  'APIAwgDf2KAf26Af2uASEPIAogC/0NCBgJGQoaCxsMHA0dDh4PHyENIBAgDCAN/YkB/boB/a4BIRAgESAMIA39igH9ugH9rgEhESAG/QAEECEKIAf9AAQQ' +
  'IQsgCiAL/Q0AEAERAhIDEwQUBRUGFgcXIQ0gEiAMIA39iQH9ugH9rgEhEiATIAwgDf2KAf26Af2uASETIAogC/0NCBgJGQoaCxsMHA0dDh4PHyENIBQgDC' +
  'AN/YkB/boB/a4BIRQgFSAMIA39igH9ugH9rgEhFSAGIAlqIQYgByAJaiEHIAhBBGoiCCADSQ0ACyAEIA5BDv2sASAPQQ79rAH9hQEgEEEO/awBIBFBDv2s' +
  'Af2FAf1m/QsEACAEIBJBDv2sASATQQ79rAH9hQEgFEEO/awBIBVBDv2sAf2FAf1m/QsEECAAQSBqIQAgBEEgaiIEIAVJDQALC+MDAgJ/C3v9DAD/A/8B/w' +
  'T/Av8F//////8hE/0MBv8J/wf/Cv8I/wv//////yEUA0AgACABKAIAaiEIIAFBBGohASABIAJqIQn9DAAgAAAAIAAAACAAAAAgAAAhDyAPIRAgDyERIA8h' +
  'EgJAA0AgCP0ABAAhCyAI/QAEgIACIQwgCP0ABICABCENIAj9AASAgAYhDiAB/QkCACEKIA8gCiALIBP9Dv26Af2uASEPIBAgCiAMIBP9Dv26Af2uASEQIB' +
  'EgCiANIBP9Dv26Af2uASERIBIgCiAOIBP9Dv26Af2uASESIAFBBGoiASAJTw0BIAH9CQIAIQogDyAKIAsgFP0O/boB/a4BIQ8gECAKIAwgFP0O/boB/a4B' +
  'IRAgESAKIA0gFP0O/boB/a4BIREgEiAKIA4gFP0O/boB/a4BIRIgCEEMaiEIIAFBBGoiASAJSQ0ACwsgD0EO/awBIBBBDv2sAf2FASARQQ79rAEgEkEO/a' +
  'wB/YUB/WYhCyADIAv9WQEAACADIAv9WAACAiAFIAv9WQEAAiAFIAv9WAACBiAGIAv9WQEABCAGIAv9WAACCiAHIAv9WQEABiAHIAv9WAACDiAFQQNqIQUg' +
  'BkEDaiEGIAdBA2ohByADQQNqIgMgBEkNAAsL'

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
      row: number,
      table: number,
      weightBytes: number,
      ...to: [first: number, end: number, second: number, third: number, fourth: number],
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
