/** How the server proves itself to the owner's own programs before they show it the owner's token. */
import { createHmac } from 'node:crypto'

/** What the command line calls itself in a greeting. Paired clients have random ids. */
export const ownerClientId = '0'.repeat(32)

/** Key of the proofs for the owner: made from the token, and of no use in its place. */
export function ownerServerKey(ownerToken: string): string {
  return createHmac('sha256', Buffer.from(ownerToken, 'hex')).update('gleaner server proof').digest('hex')
}

/**
 * @param key - 64 hex digits
 * @param nonce - 64 hex digits, random bytes chosen by whoever wants the proof
 * @returns HMAC-SHA-256 of the nonce's 32 bytes under the key's 32 bytes, hex
 */
export function proofOf(key: string, nonce: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(Buffer.from(nonce, 'hex')).digest('hex')
}
