import { expect, test } from 'vitest'
import { createLocate } from './locate.ts'

const { signal } = new AbortController()
const never = () => new Promise<never>(() => undefined)

test.each([
  ['http://a.example/p', '93.184.215.14'],
  ['http://192.0.2.7:8080/p', '192.0.2.7'],
  ['http://[2001:db8::1]/p', '2001:db8::1'],
  ['http://gone.example/p', undefined],
  ['http://empty.example/p', undefined],
  ['no address', undefined],
])('%s is at %s', async (url, address) => {
  const locate = createLocate(async hostname => {
    if (hostname === 'gone.example') throw new Error('ENOTFOUND')
    return hostname === 'empty.example' ? [] : ['93.184.215.14', '93.184.215.15']
  }, 1_000)
  expect(await locate(url, signal)).toBe(address)
})

test('does not wait for ever, nor for whoever gave up', async () => {
  expect(await createLocate(never, 1)('http://a.example/', signal)).toBeUndefined()
  await expect(createLocate(never, 60_000)('http://a.example/', AbortSignal.abort())).rejects.toThrow()
  const stop = new AbortController()
  const located = createLocate(never, 60_000)('http://a.example/', stop.signal)
  stop.abort(new Error('stopped'))
  await expect(located).rejects.toThrow('stopped')
})
