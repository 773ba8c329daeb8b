const localNames = /^(?:localhost|.*\.(?:localhost|local|internal|home\.arpa|lan))$/

/** Networks that are nobody's on the web: first address and length of the part that counts. */
const closedNetworks: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
]

const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/**
 * Whether an address may lead out of this machine and its network, as far as it can be told without asking for the
 * name: no local name, no literal of a private or special network.
 *
 * @param url - as `URL` normalises it: decimal, octal and short forms of IPv4 have become dotted quads
 */
export function isPublicAddress({ protocol, hostname, username, password }: URL): boolean {
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return false
  const name = hostname.replace(/\.$/, '')
  if (name.startsWith('[')) return isPublicV6(name.slice(1, -1))
  if (/^[\d.]+$/.test(name)) return isPublicV4(name)
  return name.includes('.') && !localNames.test(name)
}

function isPublicV4(address: string): boolean {
  const number = toNumber(address)
  return !closedNetworks.some(([first, bits]) => {
    const size = 2 ** (32 - bits)
    return Math.floor(number / size) === Math.floor(toNumber(first) / size)
  })
}

/** Global unicast is 2000::/3; of it, what carries or stands for other addresses is left out, too. */
function isPublicV6(address: string): boolean {
  const [first = '', second = ''] = address.split(':')
  if (first.length !== 4 || !/^[23]/.test(first)) return false
  const isTunnel =
    first === '2002' || (first === '2001' && /^(?:|0|[0-9a-f]{1,2}|1[0-9a-f]{2})$/.test(second))
  const isForExamples = first === '2001' && second === 'db8'
  return !isTunnel && !isForExamples
}
