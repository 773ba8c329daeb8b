import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostOf, isAllowedPort, isPublicAddress, portOf } from './address.ts'

/** Written from the IANA special-purpose registries, independently of ipaddr.js. */
const closedIpv4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** Holes in 2000::/3, as 16-bit groups of the prefix. */
const closedIpv6 = [
  [[0x2001], 23],
  [[0x2001, 0xdb8], 32],
  [[0x2002], 16],
  [[0x2620, 0x4f, 0x8000], 48],
  [[0x3fff], 20],
] as const

const ipv4Number = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const ipv4Text = (value: number) =>
  [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
const groupsNumber = (groups: readonly number[]) =>
  Array.from({ length: 8 }, (_, index) => groups[index] ?? 0).reduce(
    (sum, group) => (sum << 16n) | BigInt(group),
    0n,
  )
const ipv6Text = (value: bigint) =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(
    ':',
  )

const isOpenIpv4 = (value: number) =>
  !closedIpv4.some(([base, bits]) => {
    const from = ipv4Number(base)
    return value >= from && value < from + 2 ** (32 - bits)
  })
const inIpv6 = (value: bigint, groups: readonly number[], bits: number) =>
  value >> BigInt(128 - bits) === groupsNumber(groups) >> BigInt(128 - bits)
const isOpenIpv6 = (value: bigint) =>
  inIpv6(value, [0x2000], 3) && !closedIpv6.some(([groups, bits]) => inIpv6(value, groups, bits))

const ipv4Edges = closedIpv4.flatMap(([base, bits]) => {
  const from = ipv4Number(base)
  const to = from + 2 ** (32 - bits)
  return [from - 1, from, to - 1, to].filter(value => value >= 0 && value < 2 ** 32)
})
const ipv6Edges = [...closedIpv6, [[0x2000], 3] as const, [[0x64, 0xff9b], 96] as const].flatMap(
  ([groups, bits]) => {
    const from = groupsNumber(groups)
    const to = from + (1n << BigInt(128 - bits))
    return [from - 1n, from, to - 1n, to]
  },
)

const anyIpv4 = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(...ipv4Edges))
const anyIpv6 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  fc.bigInt({ min: groupsNumber([0x2000]), max: groupsNumber([0x4000]) - 1n }),
  fc.constantFrom(...ipv6Edges),
  anyIpv4.map(value => BigInt(value)),
)
const runs = { numRuns: 5000 }

describe('isPublicAddress', () => {
  test('agrees with the registries on IPv4, plain and mapped', () => {
    fc.assert(
      fc.property(anyIpv4, value => {
        expect(isPublicAddress(ipv4Text(value)), ipv4Text(value)).toBe(isOpenIpv4(value))
        expect(isPublicAddress(`::ffff:${ipv4Text(value)}`), `mapped ${ipv4Text(value)}`).toBe(
          isOpenIpv4(value),
        )
      }),
      runs,
    )
  })

  test('agrees with the registries on IPv6', () => {
    fc.assert(
      fc.property(
        anyIpv6.filter(value => !inIpv6(value, [0, 0, 0, 0, 0, 0xffff], 96)),
        value => {
          expect(isPublicAddress(ipv6Text(value)), ipv6Text(value)).toBe(isOpenIpv6(value))
        },
      ),
      runs,
    )
  })

  test('never lets through what the block list of Node refuses', () => {
    const blocked = new BlockList()
    for (const [base, bits] of closedIpv4) blocked.addSubnet(base, bits, 'ipv4')
    for (const [groups, bits] of closedIpv6) blocked.addSubnet(ipv6Text(groupsNumber(groups)), bits, 'ipv6')
    fc.assert(
      fc.property(fc.oneof(anyIpv4.map(ipv4Text), anyIpv6.map(ipv6Text)), ip => {
        if (blocked.check(ip, isIP(ip) === 4 ? 'ipv4' : 'ipv6')) expect(isPublicAddress(ip), ip).toBe(false)
      }),
      runs,
    )
  })

  test.each([
    ['93.184.215.14', true],
    ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
    ['::ffff:93.184.215.14', true],
    ['127.0.0.1', false],
    ['::1', false],
    ['::', false],
    ['::7f00:1', false],
    ['1::1', false],
    ['4000::1', false],
    ['64:ff9b::7f00:1', false],
    ['64:ff9b:1::7f00:1', false],
    ['2002:7f00:1::', false],
    ['2001:0:7f00:1::', false],
    ['fe80::1%eth0', false],
    ['2606:2800:21f:cb07::1%eth0', false],
    ['fd00::1', false],
    ['0177.0.0.1', false],
    ['2130706433', false],
    ['0x5db8d70e', false],
    ['93.184', false],
    ['[2606:2800::1]', false],
    ['photos.example', false],
    ['', false],
  ])('%s: %s', (ip, isPublic) => {
    expect(isPublicAddress(ip)).toBe(isPublic)
  })
})

test.each([
  [80, true],
  [443, true],
  [1024, true],
  [8080, true],
  [65_535, true],
  [0, false],
  [22, false],
  [25, false],
  [1023, false],
  [6000, false],
  [6379, false],
  [6667, false],
  [10_080, false],
  [11_211, false],
  [65_536, false],
])('port %d: %s', (port, isAllowed) => {
  expect(isAllowedPort(port)).toBe(isAllowed)
})

test('reads host and port of a URL', () => {
  const url = new URL('https://[2606:2800::1]/a')
  expect([hostOf(url), portOf(url)]).toEqual(['2606:2800::1', 443])
  expect(portOf(new URL('http://photos.example/'))).toBe(80)
  expect(portOf(new URL('http://photos.example:8080/'))).toBe(8080)
})
