import { isIP } from 'node:net'
import type { ErrorCode } from '@gleaner/shared/errors'
import { parseHttpUrl } from '@gleaner/shared/url'
import { getDomain } from 'tldts'
import type { AllowPeer } from './address.ts'
import { hostOf, isAllowedPort, isPublicAddress, portOf } from './address.ts'

/** Names that only mean something inside one machine or one network. */
const localSuffixes = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
]

function isLocalName(name: string): boolean {
  const plain = name.replace(/\.$/, '')
  if (!plain.includes('.')) return true
  return localSuffixes.some(suffix => plain === suffix || plain.endsWith(`.${suffix}`))
}

/**
 * Says why an address may not be fetched, by its form alone: no name is resolved. A `null` is no promise; the
 * connection guard judges every connection.
 *
 * @param url - as {@link parseHttpUrl} returned it
 */
export function judgeParsedUrl(url: URL, allowPeer: AllowPeer = isPublicAddress): ErrorCode | null {
  const host = hostOf(url)
  const port = portOf(url)
  if (!isAllowedPort(port)) return 'DOWNLOAD_URL_REFUSED'
  const isAllowed = isIP(host) === 0 ? !isLocalName(host) : allowPeer(host, port)
  return isAllowed ? null : 'DOWNLOAD_PRIVATE_ADDRESS'
}

/**
 * Says at intake why an address may not be fetched: scheme, credentials, length, port, private literal or local name.
 *
 * @param allowPeer - judges literals; only tests and the demo pass one
 */
export function judgeUrl(url: string, allowPeer?: AllowPeer): ErrorCode | null {
  const parsed = parseHttpUrl(url)
  return parsed ? judgeParsedUrl(parsed, allowPeer) : 'DOWNLOAD_URL_REFUSED'
}

/**
 * By what a host is treated politely: its registrable domain (with the private part of the public suffix list, so
 * `a.github.io` and `b.github.io` are two), or the address itself where there is no name.
 *
 * @returns lower case; the empty string for what is not an http(s) address
 */
export function hostKey(url: string): string {
  const known = keys.get(url)
  if (known !== undefined) return known
  const key = keyOf(url)
  keys.set(url, key)
  if (keys.size > mostKeys) keys.delete(keys.keys().next().value ?? url)
  return key
}

/** Each address in hand is asked about some ten times. */
const mostKeys = 64
const keys = new Map<string, string>()

function keyOf(url: string): string {
  const parsed = parseHttpUrl(url)
  if (!parsed) return ''
  return getDomain(parsed.hostname, { allowPrivateDomains: true }) ?? hostOf(parsed).replace(/\.$/, '')
}
