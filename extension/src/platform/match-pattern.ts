/**
 * Whether a match pattern of an extension manifest covers an address. Understands what this extension uses: a scheme
 * or `*`, a host with or without a leading `*.`, and a path with `*`.
 */
export function isCovered(url: URL, pattern: string): boolean {
  const [, scheme, host, path] = /^(\*|https?):\/\/([^/*]+|\*\.[^/*]+)(\/.*)$/.exec(pattern) ?? []
  if (scheme === undefined || host === undefined || path === undefined) return false
  if (scheme === '*' ? !/^https?:$/.test(url.protocol) : url.protocol !== `${scheme}:`) return false
  const base = host.startsWith('*.') ? host.slice(2) : undefined
  const isHost = base === undefined ? url.host === host : url.host === base || url.host.endsWith(`.${base}`)
  const anyPath = path.split('*').map(escapeRegExp).join('.*')
  return isHost && new RegExp(`^${anyPath}$`, 's').test(url.pathname + url.search)
}

const escapeRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
