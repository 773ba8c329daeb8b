import { createHash, timingSafeEqual } from 'node:crypto'

/** Source of random bytes: `randomBytes` of node:crypto, or a fixed one in a test. */
export type RandomBytes = (sizeBytes: number) => Buffer

/** 256 bits of randomness as 64 lower-case hex digits. */
export function newSecret(random: RandomBytes): string {
  return random(32).toString('hex')
}

/** SHA-256 of a secret as hex: the only form in which tokens and cookies are kept. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

/** Compares in a time that does not depend on where the two differ. */
export function isSameSecret(left: string, right: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(left, 'utf8').digest(),
    createHash('sha256').update(right, 'utf8').digest(),
  )
}

/** Crockford's base 32: no I, L, O or U, which are misread or spell words. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A code a person types: 40 bits in two groups, such as `K7QM-2XRD`. */
export function newTypedCode(random: RandomBytes): string {
  const digits = [...random(8)].map(byte => alphabet[byte & 31]).join('')
  return `${digits.slice(0, 4)}-${digits.slice(4)}`
}

/** The code as it was meant: case, spaces, hyphens and look-alike letters do not matter. */
export function foldTypedCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
}
