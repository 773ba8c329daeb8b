/** Which network addresses and ports a picture may be fetched from: public ones, on ordinary ports. */
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Judges the far end of a connection, before and after it is made. */
export type AllowPeer = (ip: string, port: number) => boolean

/** The part of IPv6 that is given out for global use; ipaddr.js calls unassigned space outside it unicast too. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address belongs to a host on the public internet. IPv4 in IPv6 clothes (`::ffff:…`) is judged as IPv4;
 * every other way of embedding one (NAT64, 6to4, Teredo, v4-compatible) is refused, as is a zone (`%eth0`).
 *
 * @param ip - an address in its usual text form, IPv6 without brackets; anything else is not public
 */
export function isPublicAddress(ip: string): boolean {
  if (isIP(ip) === 0 || ip.includes('%')) return false
  const address = ipaddr.process(ip)
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast)
}

/**
 * Ports from 1024 up where something other than the web usually listens and could take a request for a command: the
 * list browsers keep (WHATWG Fetch, "bad port"), Redis and memcached.
 */
const forbiddenPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
  6697, 10_080, 11_211,
])

/** Ports 80, 443 and from 1024 up, without those of other well-known protocols. */
export function isAllowedPort(port: number): boolean {
  return port === 80 || port === 443 || (port >= 1024 && port <= 65_535 && !forbiddenPorts.has(port))
}

/** Port of a URL: the one written or the default of its scheme. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** Host of a URL without the brackets of an IPv6 literal. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}
