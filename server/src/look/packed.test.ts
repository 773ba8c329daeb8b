import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scene, seen } from '../../test/support/scenes.ts'
import { knownFingerprint, packedFingerprintBytes, packFingerprint, unpackFingerprint } from './packed.ts'

test('what is unpacked is what was packed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), seed => {
      const fingerprint = seen(scene(seed), 96, 64)
      const packed = packFingerprint(fingerprint)
      expect(packed.length).toBe(packedFingerprintBytes)
      const unpacked = unpackFingerprint(packed)
      expect(Buffer.compare(unpacked.raster, fingerprint.raster)).toBe(0)
      expect(Buffer.compare(unpacked.heldForms, fingerprint.heldForms)).toBe(0)
      const { raster: _r, heldForms: _f, ...figures } = unpacked
      const { raster: _s, heldForms: _g, ...wanted } = fingerprint
      expect(figures).toEqual(wanted)
    }),
    { numRuns: 10 },
  )
})

test('one without forms, digest and tables is packed as well', () => {
  const flat = { ...seen(scene(1)), heldForms: new Uint8Array(0), pixelDigest: null }
  const unpacked = unpackFingerprint(packFingerprint(flat))
  expect([unpacked.heldForms.length, unpacked.pixelDigest, unpacked.detail.jpegQuality]).toEqual([
    0,
    null,
    null,
  ])
})

test.each([
  ['of another length', (packed: Uint8Array) => packed.subarray(1)],
  ['of another version', (packed: Uint8Array) => packed.fill(99, 0, 1)],
  ['with more forms than there is room for', (packed: Uint8Array) => packed.fill(200, 2, 3)],
])('bytes %s are no fingerprint', (_what, spoil) => {
  const spoiled = spoil(packFingerprint(seen(scene(2))))
  expect(() => unpackFingerprint(spoiled)).toThrow(RangeError)
  expect(knownFingerprint(spoiled)).toBeUndefined()
})
