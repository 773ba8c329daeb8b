import { lookup } from 'node:dns/promises'
import { expect, test, vi } from 'vitest'
import { isPublicAddress } from './address.ts'
import { createDial } from './connect.ts'
import { createProductionFetcher } from './fetch.ts'
import { createLocate } from './locate.ts'
import { shareLookups } from './share-lookups.ts'

vi.mock('node:dns/promises', () => ({ lookup: vi.fn<typeof lookup>() }))

const { signal } = new AbortController()

/** A resolver whose answers are given by hand, in the order they were asked for. */
function createResolver() {
  const asked: { readonly hostname: string; readonly answer: PromiseWithResolvers<readonly string[]> }[] = []
  const resolve = shareLookups(hostname => {
    const answer = Promise.withResolvers<readonly string[]>()
    asked.push({ hostname, answer })
    return answer.promise
  })
  return {
    resolve,
    asked: () => asked.map(({ hostname }) => hostname),
    answer: (index: number, addresses: readonly string[]) => asked[index]?.answer.resolve(addresses),
    fail: (index: number) => asked[index]?.answer.reject(new Error('ENOTFOUND')),
  }
}

test('who asks while an answer is pending shares it, name by name', async () => {
  const { resolve, asked, answer } = createResolver()
  const all = [resolve('a.example'), resolve('b.example'), resolve('a.example')]
  expect(asked()).toEqual(['a.example', 'b.example'])
  answer(0, ['192.0.2.1'])
  answer(1, ['192.0.2.2'])
  expect(await Promise.all(all)).toEqual([['192.0.2.1'], ['192.0.2.2'], ['192.0.2.1']])
})

test('a finished answer is used no more, not even by who waited for it', async () => {
  const { resolve, asked, answer } = createResolver()
  const again = resolve('a.example').then(() => resolve('a.example'))
  answer(0, ['192.0.2.1'])
  await expect.poll(asked).toEqual(['a.example', 'a.example'])
  answer(1, ['192.0.2.9'])
  expect(await again).toEqual(['192.0.2.9'])
})

test('a failure is told to all who waited, and asked anew by the next', async () => {
  const { resolve, asked, answer, fail } = createResolver()
  const both = [resolve('a.example'), resolve('a.example')]
  fail(0)
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const next = resolve('a.example')
  answer(1, ['192.0.2.1'])
  expect(await next).toEqual(['192.0.2.1'])
  expect(asked()).toHaveLength(2)
})

test('a resolver that fails at once is asked again', async () => {
  let count = 0
  const resolve = shareLookups(() => {
    count++
    throw new Error('no such thing')
  })
  await expect(resolve('a.example')).rejects.toThrow('no such thing')
  await expect(resolve('a.example')).rejects.toThrow('no such thing')
  expect(count).toBe(2)
})

test('a connection judges an answer that it shares, and the next one its own', async () => {
  const { resolve, asked, answer } = createResolver()
  const dial = createDial({ resolve, allowPeer: isPublicAddress, connectMs: 10_000 })
  const to = { hostname: 'a.example', port: 80, isSecure: false }
  const located = createLocate(resolve, 10_000)('http://a.example/', signal)
  const first = dial(to, signal)
  expect(asked()).toHaveLength(1)
  answer(0, ['10.0.0.1'])
  expect(await located).toBe('10.0.0.1')
  await expect(first).rejects.toMatchObject({ facts: { address: '10.0.0.1' } })
  const second = dial(to, signal)
  expect(asked()).toHaveLength(2)
  answer(1, ['127.0.0.1'])
  await expect(second).rejects.toMatchObject({ facts: { address: '127.0.0.1' } })
})

test('the server asks the system once for a host that it locates and connects to', async () => {
  const answer = Promise.withResolvers<{ address: string; family: number }[]>()
  vi.mocked(lookup as (hostname: string, options: object) => Promise<unknown>).mockReturnValue(answer.promise)
  const fetcher = createProductionFetcher({ version: '0.0.0' })
  try {
    const fetched = fetcher.fetch('http://a.example/p', { signal, maxBytes: 1, honourOptOut: true })
    await expect.poll(() => lookup).toHaveBeenCalledOnce()
    const located = fetcher.locate?.('http://a.example/', signal)
    answer.resolve([{ address: '10.0.0.1', family: 4 }])
    expect(await located).toBe('10.0.0.1')
    expect(await fetched).toMatchObject({ code: 'DOWNLOAD_PRIVATE_ADDRESS' })
    expect(lookup).toHaveBeenCalledOnce()
  } finally {
    await fetcher.close()
  }
})
