/** Fingerprints as bytes, all of one length: to be kept in a table or in a file of records. */
import type { Digest } from '@gleaner/shared/hash'
import {
  type Fingerprint,
  fingerprintVersion,
  formKinds,
  heldFormBytes,
  lookRasterBytes,
  type Surround,
} from './fingerprint.ts'

const surrounds: readonly Surround[] = ['none', 'plain', 'border', 'caption']

/** Where everything lies. Numbers are little-endian. */
const at = {
  version: 0,
  surround: 1,
  forms: 2,
  hasDigest: 3,
  /** 0 for none. */
  jpegQuality: 4,
  measuredSidePx: 6,
  resolvedSidePx: 8,
  blockiness: 12,
  aspect: 16,
  /** Left, top, width, height. */
  content: 20,
  digest: 36,
  heldForms: 68,
  raster: 68 + formKinds.length * heldFormBytes,
} as const

/** Bytes of every packed fingerprint. */
export const packedFingerprintBytes = at.raster + lookRasterBytes

/**
 * @param fingerprint - its shares and figures are kept as 32-bit floating-point numbers
 */
export function packFingerprint(fingerprint: Fingerprint): Uint8Array {
  const { content, detail, heldForms } = fingerprint
  const bytes = Buffer.alloc(packedFingerprintBytes)
  bytes[at.version] = fingerprint.version
  bytes[at.surround] = surrounds.indexOf(fingerprint.surround)
  bytes[at.forms] = heldForms.length / heldFormBytes
  bytes[at.jpegQuality] = detail.jpegQuality ?? 0
  bytes.writeUInt16LE(detail.measuredSidePx, at.measuredSidePx)
  bytes.writeUInt32LE(detail.resolvedSidePx, at.resolvedSidePx)
  bytes.writeFloatLE(detail.blockiness, at.blockiness)
  bytes.writeFloatLE(fingerprint.aspect, at.aspect)
  for (const [place, share] of [content.left, content.top, content.width, content.height].entries()) {
    bytes.writeFloatLE(share, at.content + 4 * place)
  }
  if (fingerprint.pixelDigest) {
    bytes[at.hasDigest] = 1
    bytes.write(fingerprint.pixelDigest, at.digest, 'hex')
  }
  bytes.set(heldForms, at.heldForms)
  bytes.set(fingerprint.raster, at.raster)
  return bytes
}

/**
 * @param packed - as {@link packFingerprint} gave it; stays in use
 * @throws RangeError when it has another length or was made by another version
 */
export function unpackFingerprint(packed: Uint8Array): Fingerprint {
  const fingerprint = knownFingerprint(packed)
  if (!fingerprint) throw new RangeError(`${packed.length} bytes of version ${packed[0]} are no fingerprint`)
  return fingerprint
}

/** As {@link unpackFingerprint}. @returns nothing for another length, and for what another version made */
export function knownFingerprint(packed: Uint8Array): Fingerprint | undefined {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  const surround = surrounds[bytes[at.surround] ?? 0]
  const heldFormsEnd = at.heldForms + (bytes[at.forms] ?? 0) * heldFormBytes
  const isWhole = bytes.length === packedFingerprintBytes && heldFormsEnd <= at.raster
  if (!isWhole || !surround || bytes[at.version] !== fingerprintVersion) return undefined
  const share = (place: number) => bytes.readFloatLE(at.content + 4 * place)
  return {
    version: fingerprintVersion,
    pixelDigest: bytes[at.hasDigest] ? (bytes.toString('hex', at.digest, at.heldForms) as Digest) : null,
    raster: bytes.subarray(at.raster),
    aspect: bytes.readFloatLE(at.aspect),
    content: { left: share(0), top: share(1), width: share(2), height: share(3) },
    surround,
    heldForms: bytes.subarray(at.heldForms, heldFormsEnd),
    detail: {
      resolvedSidePx: bytes.readUInt32LE(at.resolvedSidePx),
      measuredSidePx: bytes.readUInt16LE(at.measuredSidePx),
      blockiness: bytes.readFloatLE(at.blockiness),
      jpegQuality: bytes[at.jpegQuality] || null,
    },
  }
}
