import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Digest } from '@gleaner/shared/hash'
import { expect, test } from 'vitest'
import { robotsBytes } from '../net/robots-txt.ts'
import { createRobots } from './robots.ts'

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('no garbage collection')
  collect()
  return process.memoryUsage().heapUsed
}

function createReader(limits?: Parameters<typeof createRobots>[0]['limits']) {
  const robots = createRobots({ now: () => 0, ...(limits && { limits }) })
  const read = (url: string, text: string) => {
    const hops = [{ url: '', peerIp: null, status: 200 }]
    const file = { bytes: Buffer.from(text), digest: '' as Digest, finalUrl: '', contentType: null }
    const answer = { kind: 'fetched', ...file, hops, tookMs: 1 } as const
    const advice = { countsAsAttempt: true, restMs: 0 }
    return robots.read(new URL(url), async () => ({ kind: 'answered', answer, advice }))
  }
  return { robots, read }
}

/** Files of one rule each, longer by far than what is to be kept of them. */
const longFiles = 100
const fileWith = (rule: string) => `User-agent: *\nDisallow: ${rule}\n`.padEnd(robotsBytes, '# nothing\n')

test.each([
  ['', 'as it was written'],
  ['ツ', 'in another form'],
])('of a long file nothing stays but its rules (%s: %s)', async sign => {
  const { robots, read } = createReader()
  await read('https://first.example', fileWith('/private/folder'))
  const before = heapBytes()
  for (let index = 0; index < longFiles; index++) {
    await read(`https://h${index}.example`, fileWith(`/private/folder/${sign}${index}`))
  }
  // Were the files still there, it would be at least 51 MB.
  expect(heapBytes() - before).toBeLessThan((longFiles * robotsBytes) / 10)
  expect(robots.known(new URL('https://h99.example'))?.rules[0]?.path).toBe(`/private/folder/${sign}99`)
})

test.each([
  ['short rules', (index: number) => `/${index}`],
  ['rules in other letters', (index: number) => `/ツツツツツツツツツツ${index}`],
  ['rules in another form', (index: number) => `/%61%62%63%64%65%66${index}`],
])('the memory that is counted is the memory that is used: %s', async (_, path) => {
  const mostBytes = 8_000_000
  const { read } = createReader({ freshMs: 1, mostFiles: 1_000_000, mostBytes })
  const rules = Array.from({ length: 1_000 }, (__, index) => `Disallow: ${path(index)}\n`)
  const text = `User-agent: *\n${rules.join('')}`
  const before = heapBytes()
  for (let index = 0; index < 100; index++) await read(`https://h${index}.example`, text)
  const used = heapBytes() - before
  expect(used).toBeLessThan(1.2 * mostBytes)
  expect(used).toBeGreaterThan(0.5 * mostBytes)
})
