import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type Fingerprint,
  fingerprintVersion,
  lookRasterBytes,
  type Orientation,
  type QueryForm,
} from '../../look/fingerprint.ts'
import { createFingerprintFile } from './fingerprint-file.ts'

const fingerprint = (seed: number): Fingerprint => ({
  version: fingerprintVersion,
  pixelDigest: null,
  raster: new Uint8Array(lookRasterBytes).fill(seed % 256),
  aspect: 0.75,
  content: { left: 0, top: 0, width: 1, height: 1 },
  surround: 'none',
  heldForms: new Uint8Array(33).fill(seed % 16, 1),
  detail: { resolvedSidePx: 100 + seed, measuredSidePx: 200, blockiness: 1, jpegQuality: null },
})

const forms = (seed: number): QueryForm[] =>
  Array.from({ length: seed % 4 }, (_, at) => ({
    ...{ kind: at, orientation: (seed % 8) as Orientation, radiusBits: 72 + at, among: [0, at + 8, 15] },
    bits: Uint8Array.from({ length: 32 }, (_, byte) => (seed + byte) % 256),
  }))

test('gives back what was added, however much that was, and leaves nothing behind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-fingerprints-'))
  try {
    const file = createFingerprintFile(folder)
    for (let seed = 0; seed < 1_000; seed++) expect(file.add(fingerprint(seed), forms(seed))).toBe(seed)
    for (const seed of [999, 0, 500, 0]) {
      const { raster, detail, heldForms } = file.read(seed)
      expect([raster[7], Math.round(detail.resolvedSidePx), heldForms[5]]).toEqual([
        seed % 256,
        100 + seed,
        seed % 16,
      ])
    }
    for (const seed of [998, 3, 1, 0]) {
      const read = file.readForms(seed).map(({ bits, ...rest }) => ({ ...rest, bits: Uint8Array.from(bits) }))
      expect(read).toEqual(forms(seed))
    }
    if (process.platform !== 'win32') expect(readdirSync(folder)).toEqual([])
    file.close()
    expect(readdirSync(folder)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
