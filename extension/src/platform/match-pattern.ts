/**
 * Whether a match pattern of an extension manifest covers an address. Understands what this extension uses: a scheme
 * or `*`, a host (all, or with or without a leading `*.`), and a path with `*`. As in browsers, every port is covered.
 */
export function isCovered(url: URL, pattern: string): boolean {
  const parts = partsOf(pattern)
  if (!parts) return false
  const { scheme, host, path } = parts
  if (scheme === '*' ? !/^https?:$/.test(url.protocol) : url.protocol !== `${scheme}:`) return false
  const anyPath = path.split('*').map(escapeRegExp).join('.*')
  return isHostCovered(url.hostname, host) && new RegExp(`^${anyPath}$`, 's').test(url.pathname + url.search)
}

/** Whether everything `pattern` covers is covered by `wider`, an origin pattern (its path is `/*`), as well. */
export function isWithin(pattern: string, wider: string): boolean {
  const one = partsOf(pattern)
  const other = partsOf(wider)
  if (!one || !other || other.path !== '/*') return false
  if (other.scheme !== '*' && other.scheme !== one.scheme) return false
  return one.host === other.host || isHostCovered(one.host.replace(/^\*\./, ''), other.host, one.host)
}

/** Pattern of the origin, all ports, to which an address or a match pattern belongs; `undefined` where there is none. */
export function originPattern(address: string): string | undefined {
  const parts = partsOf(address)
  if (parts) return `${parts.scheme}://${parts.host}/*`
  const url = URL.parse(address)
  return url && /^https?:$/.test(url.protocol) ? `${url.protocol}//${url.hostname}/*` : undefined
}

function partsOf(pattern: string) {
  const [, scheme, host, path] =
    /^(\*|https?):\/\/(\*|\*\.[^/*:]+|\[[^/*]+\]|[^/*:]+)(\/.*)$/.exec(pattern) ?? []
  return scheme === undefined || host === undefined || path === undefined ? undefined : { scheme, host, path }
}

/** @param asWritten - a host pattern with `*.` is only covered by one that covers all it stands for */
function isHostCovered(hostname: string, host: string, asWritten = hostname): boolean {
  if (host === '*') return true
  if (!host.startsWith('*.')) return asWritten === host
  const base = host.slice(2)
  return hostname === base || hostname.endsWith(`.${base}`)
}

const escapeRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
