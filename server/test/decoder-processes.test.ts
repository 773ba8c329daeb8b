/** Decoders that spin, hoard, crash, keep silent or answer late: the picture ends in the right state, the rest go on. */
import { getEventListeners } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDecoders, type DecoderOptions } from '../src/imaging/decoders.ts'

const entry = fileURLToPath(new URL('./support/bad-decoder.ts', import.meta.url))
const never = new AbortController().signal
const MiB = 1024 * 1024

const open: ReturnType<typeof createDecoders>[] = []
function start(options: Partial<DecoderOptions> = {}) {
  const decoders = createDecoders({ children: 1, timeoutMs: 20_000, entry, ...options })
  open.push(decoders)
  const decode = (manner: string, signal = never) =>
    decoders.decode(Buffer.from(manner), defaultSettings, signal)
  return { ...decoders, decode }
}
afterEach(async () => {
  for (const decoders of open.splice(0)) await decoders.close()
})

async function decoded(result: ReturnType<ReturnType<typeof start>['decode']>) {
  const picture = await result
  if (picture.kind === 'failed') throw new Error(picture.code)
  return picture
}

/** Decodes and lets go; answers which process did it. */
async function pidOf(decoders: ReturnType<typeof start>, manner = 'good'): Promise<string | undefined> {
  const picture = await decoded(decoders.decode(manner))
  picture.release()
  return picture.rights.pid
}

function isRunning(pid: string | undefined): boolean {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}

describe('a picture that', () => {
  test.each(['abort', 'exit'])('ends its process (%s) is tried twice, then set aside', async manner => {
    const decoders = start()
    const failure = { kind: 'failed', code: 'IMAGE_DECODER_CRASH', facts: { processes: 2, last: 'crash' } }
    expect(await decoders.decode(manner)).toEqual(failure)
    expect(await pidOf(decoders)).toBeTruthy()
  })

  test.each(['spin', 'silent'])('takes too long (%s) is given up', async manner => {
    const decoders = start({ timeoutMs: 1_500 })
    // Long before the test itself is out of time: who waits for ever says so.
    const forEver = pause(45_000, { code: 'waited for ever' }, { ref: false })
    const end = await Promise.race([decoders.decode(manner), forEver])
    expect(end).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT' })
    expect(await pidOf(decoders)).toBeTruthy()
  })

  test.runIf(process.platform === 'linux')('fills the memory ends its process, not the machine', async () => {
    const decoders = start({ maxRssBytes: 200 * MiB })
    const failure = { code: 'IMAGE_DECODER_CRASH', facts: { processes: 2, last: 'memory' } }
    expect(await decoders.decode('allocate')).toMatchObject(failure)
    expect(await pidOf(decoders)).toBeTruthy()
  })

  test('is answered late for the one before and twice for itself disturbs nothing', async () => {
    const decoders = start()
    const pid = await pidOf(decoders)
    const picture = await decoded(decoders.decode('late'))
    expect(picture.rights).toMatchObject({ pid, before: '2' })
    picture.release()
    expect(await pidOf(decoders)).toBe(pid)
  })

  test('ends its process while it is rendered is decoded once more, then set aside', async () => {
    const decoders = start()
    const picture = await decoded(decoders.decode('abort-in-render'))
    expect(await picture.render()).toMatchObject({ code: 'IMAGE_DECODER_CRASH' })
    expect(await pidOf(decoders)).not.toBe(picture.rights.pid)
  })

  test('takes too long to render is given up', async () => {
    const decoders = start({ timeoutMs: 2_000 })
    const picture = await decoded(decoders.decode('spin-in-render'))
    expect(await picture.render()).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT' })
    expect(await pidOf(decoders)).toBeTruthy()
  })
})

describe('processes', () => {
  test('serve one picture after the other', async () => {
    const decoders = start()
    const first = await decoded(decoders.decode('good'))
    const second = decoders.decode('good')
    expect(await first.render()).toMatchObject({ kind: 'rendered' })
    expect((await decoded(second)).rights).toMatchObject({ pid: first.rights.pid, before: '1' })
  })

  test('are not lent to two pictures at once', async () => {
    const decoders = start({ children: 2 })
    const pictures = await Promise.all([decoded(decoders.decode('good')), decoded(decoders.decode('good'))])
    expect(new Set(pictures.map(picture => picture.rights.pid)).size).toBe(2)
    const third = decoders.decode('good')
    pictures[1]?.release()
    expect((await decoded(third)).rights.pid).toBe(pictures[1]?.rights.pid)
  })

  test('are replaced after so many jobs, and when they have grown', async () => {
    const decoders = start({ recycleAfter: 2 })
    const pids = [
      await pidOf(decoders),
      await pidOf(decoders),
      await pidOf(decoders, 'swollen'),
      await pidOf(decoders),
    ]
    expect(pids[1]).toBe(pids[0])
    expect(pids[2]).not.toBe(pids[0])
    expect(pids[3]).not.toBe(pids[2])
  })

  test('know nothing of the environment of the server', async () => {
    process.env.GLEANER_TEST_SECRET = 'token'
    const { rights } = await decoded(start().decode('good'))
    delete process.env.GLEANER_TEST_SECRET
    expect(rights.env).not.toContain('SECRET')
    expect(rights.env).not.toContain('HOME')
  })

  test('that cannot start are an error of the program, not of the picture', async () => {
    const decoders = start({ entry: `${entry}.absent` })
    await expect(decoders.decode('good')).rejects.toMatchObject({ code: 'PROTOCOL_INTERNAL' })
    await expect(decoders.ready()).rejects.toMatchObject({ code: 'PROTOCOL_INTERNAL' })
  })
})

test('an image library that is too old is told from a machine in trouble', async () => {
  const decoders = start({ entry: fileURLToPath(new URL('./support/unfit-decoder.ts', import.meta.url)) })
  const problem = { code: 'CONFIG_INVALID', facts: { setting: 'sharp', found: '0.34.0' } }
  await expect(decoders.ready()).rejects.toMatchObject(problem)
})

describe('a picture that lies at a process which is not done', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gleaner-line-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Two processes: one has the picture asked for, and at the same one, for the other has more, lies one that is good. */
  async function behind(manner: string) {
    const decoders = start({ children: 2, momentMs: 30 })
    const [idle, other] = await Promise.all([
      decoded(decoders.decode('good')),
      decoded(decoders.decode(`good and ${'a long one'.repeat(20)}`)),
    ])
    idle.release()
    const first = decoders.decode(manner)
    first.catch(() => {})
    const second = decoded(decoders.decode('good'))
    return { decoders, first, second, other }
  }
  /** @returns how much each process had done before, by its number */
  async function doneBefore(decoders: ReturnType<typeof start>) {
    const both = await Promise.all([decoded(decoders.decode('good')), decoded(decoders.decode('good'))])
    for (const picture of both) picture.release()
    return Object.fromEntries(both.map(({ rights }) => [rights.pid, rights.before]))
  }

  test('is there before the server has heard of the one before', async () => {
    const decoders = start()
    const [first, second] = ['until-next', 'good'].map(manner => decoded(decoders.decode(manner)))
    const held = await first
    held?.release()
    expect((await second)?.rights).toMatchObject({ pid: held?.rights.pid, before: '1' })
  })

  test('loses no try when that one ends its process', async () => {
    const decoders = start()
    const [ruin, innocent] = ['abort-beside', 'abort-once'].map(manner =>
      decoders.decode(`${manner} ${join(folder, manner)}`),
    )
    expect(await ruin).toMatchObject({ code: 'IMAGE_DECODER_CRASH', facts: { processes: 2 } })
    expect(await innocent).toMatchObject({ kind: 'decoded' })
  })

  test.each(['spin', 'silent'])('is not blamed when that one takes too long (%s)', async manner => {
    const decoders = start({ timeoutMs: 1_000, momentMs: Number.POSITIVE_INFINITY })
    const [slow, innocent] = [manner, 'good'].map(manner => decoders.decode(manner))
    expect(await slow).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT' })
    expect(await innocent).toMatchObject({ kind: 'decoded' })
  })

  test('goes to another process when that one takes its time', async () => {
    const { first, second, other } = await behind('silent')
    let isGivenUp = false
    void first.then(
      () => {
        isGivenUp = true
      },
      () => {},
    )
    other.release()
    expect((await second).rights.pid).toBe(other.rights.pid)
    expect(isGivenUp).toBe(false)
  })

  test.each([
    ['until-withdrawn', '2'],
    ['deaf', '3'],
  ])('and went elsewhere keeps the process from nothing (%s)', async (manner, before) => {
    const { decoders, first, second, other } = await behind(manner)
    const slow = await decoded(first)
    other.release()
    expect((await second).rights.pid).toBe(other.rights.pid)
    for (const picture of [slow, await second]) picture.release()
    expect((await doneBefore(decoders))[slow.rights.pid ?? '']).toBe(before)
  })

  test('was the last one that a process is given until the one before is done', async () => {
    const marks = join(folder, 'marks')
    writeFileSync(marks, '')
    const { decoders, second, other } = await behind(`counting ${marks}`)
    other.release()
    const held = await second
    const many = Array.from({ length: 9 }, () => pidOf(decoders))
    await pause(100)
    held.release()
    expect(new Set(await Promise.all(many))).toEqual(new Set([other.rights.pid]))
    // The second one is counted only where the first one has been begun by then.
    expect(readFileSync(marks, 'latin1').length).toBeLessThanOrEqual(1)
  })

  test('is none where the files are large', async () => {
    const decoders = start({ lineBytes: 12, timeoutMs: 1_000 })
    const [first, second] = ['until-next', 'good'].map(manner => decoders.decode(manner))
    expect(await first).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT' })
    expect(await second).toMatchObject({ kind: 'decoded' })
  })
})

describe('abort', () => {
  test('ends waiting for a process at once', async () => {
    const decoders = start()
    const held = await decoded(decoders.decode('good'))
    const abort = new AbortController()
    const waiting = decoders.decode('good', abort.signal)
    abort.abort()
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    held.release()
    expect(await pidOf(decoders)).toBe(held.rights.pid)
  })

  test('lets a held picture go', async () => {
    const decoders = start()
    const abort = new AbortController()
    const held = await decoded(decoders.decode('good', abort.signal))
    abort.abort()
    expect(await pidOf(decoders)).toBe(held.rights.pid)
    await expect(held.render()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })

  test('is not listened for any longer than a picture is there', async () => {
    const decoders = start()
    const { signal } = new AbortController()
    const listeners = () => getEventListeners(signal, 'abort').length
    const released = await decoded(decoders.decode('good', signal))
    expect(listeners()).toBe(1)
    released.release()
    await (await decoded(decoders.decode('good', signal))).render()
    expect(await decoders.decode('exit', signal)).toMatchObject({ code: 'IMAGE_DECODER_CRASH' })
    expect(listeners()).toBe(0)
  })

  test('takes back a picture that lies behind another one', async () => {
    const decoders = start({ momentMs: Number.POSITIVE_INFINITY })
    const held = await decoded(decoders.decode('good'))
    const abort = new AbortController()
    const [second, third] = [decoders.decode('good', abort.signal), decoded(decoders.decode('good'))]
    await turn()
    abort.abort()
    await expect(second).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    held.release()
    expect((await third).rights).toMatchObject({ pid: held.rights.pid, before: '1' })
  })

  test('of a picture in work does not wait for it', async () => {
    const decoders = start({ timeoutMs: 1_500 })
    const abort = new AbortController()
    const spinning = decoders.decode('spin', abort.signal)
    abort.abort()
    await expect(spinning).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(await pidOf(decoders)).toBeTruthy()
  })
})

describe('close', () => {
  test('ends every process and everything in hand', async () => {
    const decoders = start({ children: 3 })
    const idle = await pidOf(decoders)
    const held = await decoded(decoders.decode('good'))
    const hands = [decoders.decode('spin'), decoders.decode('silent'), decoders.decode('good')]
    const endings = Promise.allSettled(hands)
    await decoders.close()
    for (const ending of await endings) {
      expect(ending).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } })
    }
    expect([idle, held.rights.pid].map(isRunning)).toEqual([false, false])
    await expect(decoders.decode('good')).rejects.toMatchObject({ name: 'AbortError' })
    held.release()
  })
})

describe('the others go on', () => {
  test.each(['spin', 'silent'])('while one picture hangs in its process (%s)', async manner => {
    const decoders = start({ children: 2, timeoutMs: 120_000 })
    const abort = new AbortController()
    const ending = Promise.allSettled([decoders.decode(manner, abort.signal)])
    const isOver = () => Promise.race([ending.then(() => true), Promise.resolve(false)])
    for (let count = 0; count < 20; count++) expect(await pidOf(decoders)).toBeTruthy()
    expect(await isOver()).toBe(false)
    abort.abort()
    expect(await ending).toMatchObject([{ status: 'rejected' }])
  })

  test.each(['abort', 'exit'])('while one picture ends its processes (%s)', async manner => {
    const decoders = start({ children: 2, timeoutMs: 120_000 })
    const ruin = decoders.decode(manner)
    for (let count = 0; count < 20; count++) expect(await pidOf(decoders)).toBeTruthy()
    expect(await ruin).toMatchObject({ code: 'IMAGE_DECODER_CRASH' })
  })

  test('while two pictures of four hang', async () => {
    const decoders = start({ children: 4, timeoutMs: 120_000 })
    const hanging = [decoders.decode('spin'), decoders.decode('silent')]
    const ending = Promise.allSettled(hanging)
    const pids = await Promise.all(Array.from({ length: 12 }, () => pidOf(decoders)))
    expect(new Set(pids).size).toBeLessThanOrEqual(2)
    await decoders.close()
    expect((await ending).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

describe('heavy pictures', () => {
  test('all get their turn, even one that is heavier than the room', async () => {
    const decoders = start({ children: 4, roomMegapixels: 100 })
    const manners = ['heavy-40', 'heavy-400', 'heavy-40', 'heavy-40', 'heavy-400', 'good']
    const pids = await Promise.all(manners.map(manner => pidOf(decoders, manner)))
    expect(pids.every(Boolean)).toBe(true)
  })

  test('leave no trace when they are aborted while they wait', async () => {
    const decoders = start({ children: 2, roomMegapixels: 100 })
    const abort = new AbortController()
    const pictures = ['heavy-400', 'heavy-400'].map(manner => decoders.decode(manner, abort.signal))
    const endings = Promise.allSettled(pictures)
    abort.abort()
    expect((await endings).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await pidOf(decoders, 'heavy-400')).toBeTruthy()
  })
})
