import { AppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { createSession, keyInFragment } from './session.ts'

const refuse = async () => {
  throw new AppError('PROTOCOL_UNAUTHORIZED')
}
const nothing = async () => undefined

function page(hash: string) {
  const addresses: string[] = []
  const waiting: (() => void)[] = []
  const location = { hash, pathname: '/datasets/cats', search: '?a=1' }
  const history = {
    replaceState: (_data: unknown, _title: string, url?: string | URL | null) => {
      addresses.push(String(url))
    },
  }
  return {
    location,
    history,
    addresses,
    waiting,
    later: (callBack: () => void) => void waiting.push(callBack),
  }
}

test('the code is read from the fragment only', () => {
  expect(keyInFragment('#key=abc')).toBe('abc')
  expect(keyInFragment('')).toBeUndefined()
  expect(keyInFragment('#other=1')).toBeUndefined()
})

test('the code leaves the address and opens the session', async () => {
  const here = page('#key=abc')
  const codes: string[] = []
  const session = createSession(
    { claimSession: async ({ code }) => void codes.push(code), resumeSession: refuse },
    here,
  )
  await session.start()
  expect(codes).toEqual(['abc'])
  expect(here.addresses).toEqual(['/datasets/cats?a=1'])
  expect(session.state()).toBe('open')
})

test('a used link is no harm where the session is still open', async () => {
  const session = createSession({ claimSession: refuse, resumeSession: nothing }, page('#key=abc'))
  await session.start()
  expect(session.state()).toBe('open')
})

test('without a session it says whether a link was tried', async () => {
  const withLink = createSession({ claimSession: refuse, resumeSession: refuse }, page('#key=abc'))
  await withLink.start()
  expect(withLink.state()).toBe('link-used')
  const without = createSession({ claimSession: refuse, resumeSession: refuse }, page(''))
  await without.start()
  expect(without.state()).toBe('locked')
})

test('being refused later locks the page, but hides no word about the link', async () => {
  const used = createSession({ claimSession: refuse, resumeSession: refuse }, page('#key=abc'))
  await used.start()
  await used.resume()
  expect(used.state()).toBe('link-used')
  const answers = [nothing, refuse]
  const session = createSession(
    { claimSession: nothing, resumeSession: () => (answers.shift() ?? refuse)() },
    page(''),
  )
  await session.start()
  expect(session.state()).toBe('open')
  await session.resume()
  expect(session.state()).toBe('locked')
})

test('while the server is away the code is kept and tried again', async () => {
  const here = page('#key=abc')
  let isAway = true
  const claimSession = async () => {
    if (isAway) throw new AppError('SERVER_NOT_RUNNING')
  }
  const session = createSession({ claimSession, resumeSession: refuse }, here)
  await session.start()
  expect(session.state()).toBe('unreachable')
  isAway = false
  const changed = new Promise<void>(resolve => void session.subscribe(resolve))
  here.waiting[0]?.()
  await changed
  expect(session.state()).toBe('open')
})
