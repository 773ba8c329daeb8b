/** The loops that reduce rasters: `reduce.wat`, compiled. They work in the memory of `pixels.ts`. */
import { loops as pixels } from './pixels.ts'

/** A test compiles that text and compares it. */
export const compiledReduce =
  'AGFzbQEAAAABHANgBH9/f38AYAZ/f39/f38AYAh/f39/f39/fwACEgEGcGl4ZWxzBm1lbW9yeQIAHgMEAwABAgcbAwVoYWx2ZQAABWJsZW5kAAEHc3F1ZW' +
  'V6ZQACCsQHA8UBAQJ7/QwAAwEEAgUGCQcKCAv/////IQUDQCAA/QAEACAB/QAEAP17IAX9Dv19QQH9jQEgAP0ABAwgAf0ABAz9eyAF/Q79fUEB/Y0B/WYh' +
  'BCACIAT9WwMAACACIAT9WwMGASAA/QAEGCAB/QAEGP17IAX9Dv19QQH9jQEgAP0ABCQgAf0ABCT9eyAF/Q79fUEB/Y0B/WYhBCACIAT9WwMMACACIAT9Ww' +
  'MSASAAQTBqIQAgAUEwaiEBIAJBGGoiAiADSQ0ACwuVAgICfwh7A0D9DAAgAAAAIAAAACAAAAAgAAAhDCAMIQ0gDCEOIAwhDyAAIQYgAiEHA0AgBv0ABAAh' +
  'CCAGIAFqIgb9AAQAIQkgBiABaiEGIAf9CQIAIQogCCAJ/Q0AEAERAhIDEwQUBRUGFgcXIQsgDCAKIAv9iQH9ugH9rgEhDCANIAogC/2KAf26Af2uASENIA' +
  'ggCf0NCBgJGQoaCxsMHA0dDh4PHyELIA4gCiAL/YkB/boB/a4BIQ4gDyAKIAv9igH9ugH9rgEhDyAHQQRqIgcgA0kNAAsgBCAMQQ79rAEgDUEO/awB/YUB' +
  'IA5BDv2sASAPQQ79rAH9hQH9Zv0LBAAgAEEQaiEAIARBEGoiBCAFSQ0ACwvjAwICfwt7/QwA/wP/Af8E/wL/Bf//////IRP9DAb/Cf8H/wr/CP8L//////' +
  '8hFANAIAAgASgCAGohCCABQQRqIQEgASACaiEJ/QwAIAAAACAAAAAgAAAAIAAAIQ8gDyEQIA8hESAPIRICQANAIAj9AAQAIQsgCP0ABICAAiEMIAj9AASA' +
  'gAQhDSAI/QAEgIAGIQ4gAf0JAgAhCiAPIAogCyAT/Q79ugH9rgEhDyAQIAogDCAT/Q79ugH9rgEhECARIAogDSAT/Q79ugH9rgEhESASIAogDiAT/Q79ug' +
  'H9rgEhEiABQQRqIgEgCU8NASAB/QkCACEKIA8gCiALIBT9Dv26Af2uASEPIBAgCiAMIBT9Dv26Af2uASEQIBEgCiANIBT9Dv26Af2uASERIBIgCiAOIBT9' +
  'Dv26Af2uASESIAhBDGohCCABQQRqIgEgCUkNAAsLIA9BDv2sASAQQQ79rAH9hQEgEUEO/awBIBJBDv2sAf2FAf1mIQsgAyAL/VkBAAAgAyAL/VgAAgIgBS' +
  'AL/VkBAAIgBSAL/VgAAgYgBiAL/VkBAAQgBiAL/VgAAgogByAL/VkBAAYgByAL/VgAAg4gBUEDaiEFIAZBA2ohBiAHQQNqIQcgA0EDaiIDIARJDQALCw=='

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
