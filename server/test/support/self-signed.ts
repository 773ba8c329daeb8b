import { createSign, generateKeyPairSync } from 'node:crypto'

/** One DER element: tag, length, contents. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const size = body.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const bytes = (...values: readonly number[]) => Buffer.from(values)
const oid = {
  ecdsaWithSha256: der(0x06, bytes(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)),
  commonName: der(0x06, bytes(0x55, 0x04, 0x03)),
  subjectAltName: der(0x06, bytes(0x55, 0x1d, 0x11)),
  basicConstraints: der(0x06, bytes(0x55, 0x1d, 0x13)),
}

function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${digits}Z`))
}

/**
 * Makes a key and a certificate it has signed itself, for as long as a test runs.
 *
 * @param names - DNS names the certificate is for
 * @param days - validity counted from now; negative for one that has expired
 * @returns both as PEM
 */
export function createSelfSigned(names: readonly string[], days = 2): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid.ecdsaWithSha256)
  const name = sequence(der(0x31, sequence(oid.commonName, der(0x0c, Buffer.from(names[0] ?? 'test')))))
  const now = Date.now()
  const day = 86_400_000
  const validity = sequence(utcTime(new Date(now - 10 * day)), utcTime(new Date(now + days * day)))
  const altNames = sequence(...names.map(dns => der(0x82, Buffer.from(dns))))
  const extensions = sequence(
    sequence(oid.subjectAltName, der(0x04, altNames)),
    sequence(oid.basicConstraints, der(0x04, sequence(der(0x01, bytes(0xff))))),
  )
  const tbs = sequence(
    der(0xa0, der(0x02, bytes(2))),
    der(0x02, bytes(1)),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = createSign('sha256').update(tbs).sign(privateKey)
  const certificate = sequence(tbs, algorithm, der(0x03, bytes(0), signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}
