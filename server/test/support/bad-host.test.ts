import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { BadHost } from './bad-host.ts'
import { startBadHost } from './bad-host.ts'

let host: BadHost | undefined
afterEach(() => host?.close())

const start = async () => {
  host = await startBadHost({ files: { 'a/cat.jpg': 'a cat, in fact' } })
  return host
}

test('serves files under any host name and counts them', async () => {
  const bad = await start()
  const answer = await fetch(bad.url('/files/a/cat.jpg'))
  expect(answer.headers.get('content-type')).toBe('image/jpeg')
  expect(await answer.text()).toBe('a cat, in fact')
  expect((await fetch(bad.url('/files/missing.jpg'))).status).toBe(404)
  expect(bad.hits()).toBe(2)
  expect(bad.hits({ path: '/files/a/' })).toBe(1)
  expect(bad.hits({ host: 'elsewhere.example' })).toBe(0)
})

test('measures how many requests overlap', async () => {
  const bad = await start()
  const ask = () => fetch(bad.url('/slow/100/a/cat.jpg')).then(answer => answer.text())
  await Promise.all([ask(), ask(), ask()])
  await ask()
  expect(bad.maxConcurrent()).toBe(3)
})

test('fails as often as asked, then serves', async () => {
  const bad = await start()
  const statuses: number[] = []
  for (let index = 0; index < 3; index++) statuses.push((await fetch(bad.url('/flaky/2/a/cat.jpg'))).status)
  expect(statuses).toEqual([500, 500, 200])
  const limited = await fetch(bad.url('/retry-after/7/1/a/cat.jpg'))
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
  expect((await fetch(bad.url('/retry-after/7/1/a/cat.jpg'))).status).toBe(200)
})

test('cuts bodies short', async () => {
  const bad = await start()
  for (const path of [
    '/cut/50/a/cat.jpg',
    '/reset/50/a/cat.jpg',
    '/lying-length/10/a/cat.jpg',
    '/cut/0/a/cat.jpg',
  ])
    await expect(
      fetch(bad.url(path)).then(answer => answer.text()),
      path,
    ).rejects.toThrow()
})

test('goes down and comes back on its port', async () => {
  const bad = await start()
  await bad.goDown()
  const [refusal] = await once(connect(bad.port, '127.0.0.1'), 'error').catch((error: unknown) => [error])
  expect(refusal).toMatchObject({ code: 'ECONNREFUSED' })
  await bad.comeBack()
  expect((await fetch(bad.url('/files/a/cat.jpg'))).status).toBe(200)
})
