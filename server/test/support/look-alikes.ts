/** Fingerprints of pictures that were never drawn: each seed shows something else. */
import { perceptualHashToBytes } from '@gleaner/shared/hash'
import { dctHash } from '../../src/imaging/dct-hash.ts'
import { type Fingerprint, lookRasterBytes, lookSide } from '../../src/look/fingerprint.ts'
import { heldFormsOf } from '../../src/look/forms.ts'
import { blankFingerprint } from './fingerprints.ts'
import { numbersFrom } from './pictures.ts'

/** Waves of several lengths and directions over each other. */
export function lookOf(seed: number, detail: Partial<Fingerprint['detail']> = {}): Fingerprint {
  const next = numbersFrom(seed)
  const waves = Array.from({ length: 12 }, () => ({
    across: (next() - 0.5) * 1.2,
    down: (next() - 0.5) * 1.2,
    phase: next() * 7,
  }))
  const raster = new Uint8Array(lookRasterBytes).fill(128)
  for (let at = 0; at < lookSide ** 2; at++) {
    const [x, y] = [at % lookSide, Math.floor(at / lookSide)]
    const sum = waves.reduce((all, wave) => all + Math.sin(wave.across * x + wave.down * y + wave.phase), 0)
    raster[at] = Math.min(255, Math.max(0, 128 + sum * 24))
  }
  const formed = { raster, aspect: 0.75, content: blankFingerprint.content }
  const whole = dctHash(Float64Array.from(raster.subarray(0, lookSide ** 2)))
  return {
    ...blankFingerprint,
    ...formed,
    heldForms: heldFormsOf(formed, perceptualHashToBytes(whole)),
    detail: { ...blankFingerprint.detail, ...detail },
  }
}
