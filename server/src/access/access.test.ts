import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Access, createAccess } from './access.ts'
import { digestOf, foldTypedCode, isSameSecret, newTypedCode } from './secret.ts'

let root: string
let folder: string
let opened: Access[]
let nowMs: number
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gleaner-access-'))
  folder = join(root, '.gleaner')
  opened = []
  nowMs = 1_000_000
})
afterEach(() => {
  for (const access of opened) access.close()
  rmSync(root, { recursive: true, force: true })
})

const open = () => {
  const access = createAccess({ folder, now: () => nowMs, monotonicNow: () => nowMs, random: randomBytes })
  opened.push(access)
  return access
}
const reopen = () => {
  opened.pop()?.close()
  return open()
}
const pair = (access: Access) => {
  const grant = access.pairing.claim({ code: access.pairing.open().code, name: 'Browser', origin: null })
  if (typeof grant === 'string') throw new Error(grant)
  return grant
}
const ownerToken = () => readFileSync(join(folder, 'cli-token'), 'utf8').trim()
const unsafe = expect.objectContaining({ code: 'CONFIG_HOME_UNSAFE' })

describe('files', () => {
  test('folder, token and databases are the owner’s alone', () => {
    pair(open())
    const modes = ['', 'cli-token', 'server.db', 'server.db-wal', 'server.db-shm'].map(name =>
      (statSync(join(folder, name)).mode & 0o777).toString(8),
    )
    expect(modes).toEqual(['700', '600', '600', '600', '600'])
  })

  test('the token has 256 bits and outlives a restart', () => {
    open()
    const token = ownerToken()
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(reopen().byToken(token)).toEqual({ kind: 'owner' })
  })

  test.each([
    ['the token', 'cli-token', 0o644],
    ['the token, by the group', 'cli-token', 0o640],
    ['the database', 'server.db', 0o604],
    ['the folder', '', 0o755],
  ])('what others could read is refused: %s', (_name, file, mode) => {
    open()
    opened.pop()?.close()
    chmodSync(join(folder, file), mode)
    expect(open).toThrow(unsafe)
  })

  test('a link in the place of folder or token is refused', () => {
    mkdirSync(join(root, 'elsewhere'), { mode: 0o700 })
    symlinkSync(join(root, 'elsewhere'), folder)
    expect(open).toThrow(unsafe)
    rmSync(folder)
    open()
    opened.pop()?.close()
    renameSync(join(folder, 'cli-token'), join(root, 'token'))
    symlinkSync(join(root, 'token'), join(folder, 'cli-token'))
    expect(open).toThrow(unsafe)
  })

  test('a token file left empty by a crash is made anew, and opens nothing meanwhile', () => {
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(join(folder, 'cli-token'), '', { mode: 0o600 })
    const access = open()
    expect(access.byToken('')).toBeUndefined()
    expect(access.byToken(ownerToken())).toEqual({ kind: 'owner' })
  })

  test('a damaged or newer database is named as such', () => {
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(join(folder, 'server.db'), 'x'.repeat(5000), { mode: 0o600 })
    expect(open).toThrow(expect.objectContaining({ code: 'STORE_DAMAGED' }))
    rmSync(join(folder, 'server.db'))
    open()
    opened.pop()?.close()
    const db = new Database(join(folder, 'server.db'))
    db.pragma('user_version = 99')
    db.close()
    expect(open).toThrow(expect.objectContaining({ code: 'STORE_NEWER' }))
  })
})

describe('clients', () => {
  test('a token outlives a restart and ends with its revocation', () => {
    const { clientId, token } = pair(open())
    const access = reopen()
    expect(access.byToken(token)).toEqual({ kind: 'client', client: { id: clientId, origin: null } })
    expect(access.clients.revoke(clientId)).toBe(true)
    expect(access.clients.revoke(clientId)).toBe(false)
    expect(access.byToken(token)).toBeUndefined()
    expect(access.prove('00'.repeat(32), clientId)).toBeNull()
    expect(access.clients.list()).toEqual([])
    expect(reopen().byToken(token)).toBeUndefined()
  })

  test('each has a token and a key of its own', () => {
    const access = open()
    const grants = [pair(access), pair(access)]
    const secrets = grants.flatMap(({ clientId, token, serverKey }) => [clientId, token, serverKey])
    expect(new Set(secrets).size).toBe(6)
    expect(grants.every(({ token, serverKey }) => token.length === 64 && serverKey.length === 64)).toBe(true)
  })

  test('when it was last seen is kept to the minute', () => {
    const access = open()
    const { token } = pair(access)
    const seenAt = () => access.clients.list()[0]?.lastSeenAtMs
    expect(seenAt()).toBeNull()
    access.byToken(token)
    const first = nowMs
    expect(seenAt()).toBe(first)
    nowMs += 59_999
    access.byToken(token)
    expect(seenAt()).toBe(first)
    nowMs += 1
    access.byToken(token)
    expect(seenAt()).toBe(nowMs)
  })
})

describe('sessions', () => {
  test('a session outlives a restart, an unused link does not', () => {
    const access = open()
    const link = access.sessions.issueLink()
    const session = access.sessions.openWith(access.sessions.issueLink())
    const again = reopen()
    expect(again.sessions.csrfDigestOf(session?.cookie ?? '')).toBe(digestOf(session?.csrf ?? ''))
    expect(again.sessions.openWith(link)).toBeUndefined()
  })

  test('neither cookie nor link of one opens another', () => {
    const { sessions } = open()
    const first = sessions.openWith(sessions.issueLink())
    const second = sessions.openWith(sessions.issueLink())
    expect(first?.cookie).not.toBe(second?.cookie)
    expect(first?.csrf).not.toBe(second?.csrf)
    expect(sessions.csrfDigestOf(first?.csrf ?? '')).toBeUndefined()
    expect(sessions.openWith(first?.cookie ?? '')).toBeUndefined()
  })

  test('the CSRF value cannot be worked out from the cookie: each has random bytes of its own', () => {
    const drawn: string[] = []
    const random = (sizeBytes: number) => {
      const bytes = randomBytes(sizeBytes)
      drawn.push(bytes.toString('hex'))
      return bytes
    }
    const access = createAccess({ folder, now: () => nowMs, monotonicNow: () => nowMs, random })
    opened.push(access)
    const session = access.sessions.openWith(access.sessions.issueLink())
    expect(drawn.slice(-2)).toEqual([session?.cookie, session?.csrf])
  })

  test('a session from before CSRF values were kept is over', () => {
    open()
    opened.pop()?.close()
    const db = new Database(join(folder, 'server.db'))
    db.exec(`ALTER TABLE session DROP COLUMN csrf_digest; PRAGMA user_version = 1;
      INSERT INTO session VALUES ('${digestOf('old cookie')}', ${nowMs}, ${nowMs + 1000})`)
    db.close()
    expect(open().sessions.csrfDigestOf('old cookie')).toBeUndefined()
  })

  test('the oldest of many sessions ends', () => {
    const { sessions } = open()
    const cookies = Array.from({ length: 66 }, () => {
      nowMs += 1
      return sessions.openWith(sessions.issueLink())?.cookie ?? ''
    })
    const open_ = cookies.map(cookie => sessions.csrfDigestOf(cookie) !== undefined)
    expect(open_.slice(0, 3)).toEqual([false, false, true])
    expect(open_.filter(Boolean)).toHaveLength(64)
  })
})

describe('secrets', () => {
  test('are compared whole', () => {
    expect(isSameSecret('abc', 'abc')).toBe(true)
    for (const other of ['abd', 'ab', 'abcd', '', 'ABC']) expect(isSameSecret('abc', other)).toBe(false)
  })

  test('typed codes hold 40 bits and are read as they were meant', () => {
    const codes = new Set(Array.from({ length: 1000 }, () => newTypedCode(randomBytes)))
    expect(codes.size).toBe(1000)
    expect(new Set([...codes].join('').replaceAll('-', '')).size).toBe(32)
    expect(foldTypedCode(' k7qm 2xrd')).toBe(foldTypedCode('K7QM-2XRD'))
    expect(foldTypedCode('oOiIlL')).toBe('001111')
  })
})
