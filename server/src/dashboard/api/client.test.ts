import { expect, test } from 'vitest'
import { createApi } from './client.ts'
import { route, withQuery } from './paths.ts'

const answering = (status: number, body: unknown) => {
  const seen: { path: string; init: RequestInit }[] = []
  const send = async (path: string | URL | Request, init: RequestInit = {}) => {
    seen.push({ path: String(path), init })
    return status === 204 ? new Response(null, { status }) : Response.json(body, { status })
  }
  return { send, seen }
}

const keeping = (value: string | null = null) => {
  const held = { value }
  return {
    getItem: () => held.value,
    setItem: (_name: string, next: string) => {
      held.value = next
    },
  }
}

test('a part of a path never becomes more than one segment', () => {
  expect(route`/api/datasets/${'../x?y#z'}/images/${7}`).toBe('/api/datasets/..%2Fx%3Fy%23z/images/7')
})

test('empty parts of a query are left out', () => {
  expect(withQuery('/p', { a: undefined, b: null, c: '', d: 0, e: 'x y&z' })).toBe('/p?d=0&e=x+y%26z')
  expect(withQuery('/p', {})).toBe('/p')
})

test('every request carries the CSRF value that the exchange of the link gave', async () => {
  const { send, seen } = answering(200, { csrf: 'secret' })
  const storage = keeping()
  await createApi(send, storage).claimSession({ code: 'abc' })
  const laterTab = createApi(send, storage)
  await laterTab.overview()
  await laterTab.followEvents({ onOpen: () => undefined, onData: () => undefined })
  await laterTab.retry('cats', { code: 'DOWNLOAD_DNS' })
  const { headers } = seen.at(-1)?.init ?? {}
  expect(seen.map(({ init }) => new Headers(init.headers).get('x-gleaner-csrf'))).toEqual([
    '',
    'secret',
    'secret',
    'secret',
  ])
  expect(headers).toEqual({ 'x-gleaner-csrf': 'secret', 'content-type': 'application/json' })
  expect(seen.at(-1)?.init.body).toBe('{"code":"DOWNLOAD_DNS"}')
})

test('a tab follows when another one signs in anew', async () => {
  const { send, seen } = answering(200, { csrf: 'second' })
  const storage = keeping('first')
  const tab = createApi(send, storage)
  await tab.overview()
  await createApi(send, storage).claimSession({ code: 'abc' })
  await tab.overview()
  expect(new Headers(seen[0]?.init.headers).get('x-gleaner-csrf')).toBe('first')
  expect(new Headers(seen[2]?.init.headers).get('x-gleaner-csrf')).toBe('second')
})

test('a refused event stream is an error with its code', async () => {
  const api = createApi(answering(401, { code: 'PROTOCOL_UNAUTHORIZED' }).send, keeping())
  const opened: string[] = []
  const hearer = { onOpen: () => void opened.push('open'), onData: () => undefined }
  await expect(api.followEvents(hearer)).rejects.toMatchObject({ code: 'PROTOCOL_UNAUTHORIZED' })
  expect(opened).toEqual([])
})

test('a refusal keeps its code, whatever else answers gets the code of its status', async () => {
  const refused = createApi(answering(409, { code: 'DATASET_EXISTS' }).send, keeping())
  await expect(refused.createDataset({ name: 'cats' })).rejects.toMatchObject({ code: 'DATASET_EXISTS' })
  const foreign = createApi(answering(401, '<html>').send, keeping())
  await expect(foreign.overview()).rejects.toMatchObject({ code: 'PROTOCOL_UNAUTHORIZED' })
})

test('no answer at all means the server is not running', async () => {
  const api = createApi(async () => {
    throw new TypeError('Failed to fetch')
  }, keeping())
  await expect(api.overview()).rejects.toMatchObject({ code: 'SERVER_NOT_RUNNING' })
})

test('an answer without a body is no error', async () => {
  await expect(createApi(answering(204, null).send, keeping()).forgetClient('a')).resolves.toBeUndefined()
})
