import { expect, test } from 'vitest'
import { createApi, route, withQuery } from './client.ts'

const answering = (status: number, body: unknown) => {
  const seen: { path: string; init: RequestInit }[] = []
  const send = async (path: string | URL | Request, init: RequestInit = {}) => {
    seen.push({ path: String(path), init })
    return status === 204 ? new Response(null, { status }) : Response.json(body, { status })
  }
  return { send, seen }
}

test('a part of a path never becomes more than one segment', () => {
  expect(route`/api/datasets/${'../x?y#z'}/images/${7}`).toBe('/api/datasets/..%2Fx%3Fy%23z/images/7')
})

test('empty parts of a query are left out', () => {
  expect(withQuery('/p', { a: undefined, b: null, c: '', d: 0, e: 'x y&z' })).toBe('/p?d=0&e=x+y%26z')
  expect(withQuery('/p', {})).toBe('/p')
})

test('writes carry the CSRF value of the session, reads do not', async () => {
  const { send, seen } = answering(200, { csrf: 'secret' })
  const api = createApi(send)
  await api.resumeSession()
  await api.retry('cats', { code: 'DOWNLOAD_DNS' })
  expect(seen[0]?.init.headers).toEqual({})
  expect(seen[1]?.init.headers).toEqual({ 'x-gleaner-csrf': 'secret', 'content-type': 'application/json' })
  expect(seen[1]?.init.body).toBe('{"code":"DOWNLOAD_DNS"}')
})

test('a refusal keeps its code, whatever else answers gets the code of its status', async () => {
  const refused = createApi(answering(409, { code: 'DATASET_EXISTS' }).send)
  await expect(refused.createDataset({ name: 'cats' })).rejects.toMatchObject({ code: 'DATASET_EXISTS' })
  const foreign = createApi(answering(401, '<html>').send)
  await expect(foreign.overview()).rejects.toMatchObject({ code: 'PROTOCOL_UNAUTHORIZED' })
})

test('no answer at all means the server is not running', async () => {
  const api = createApi(async () => {
    throw new TypeError('Failed to fetch')
  })
  await expect(api.overview()).rejects.toMatchObject({ code: 'SERVER_NOT_RUNNING' })
})

test('an answer without a body is no error', async () => {
  await expect(createApi(answering(204, null).send).forgetClient('a')).resolves.toBeUndefined()
})
