/** What decoder processes cost: as many as cores, one thread of pixels each, and no picture spelled out on the way. */
import { availableParallelism, tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { DecodeSettings } from '../src/imaging/decoded.ts'
import { startDecoder } from '../src/imaging/decoder-process.ts'
import { createDecoders, type DecoderOptions } from '../src/imaging/decoders.ts'
import { picture } from './support/pictures.ts'

const support = (name: string) => fileURLToPath(new URL(`./support/${name}`, import.meta.url))
const badDecoder = support('bad-decoder.ts')
const tellingDecoder = support('telling-decoder.ts')
const never = new AbortController().signal

let decoders: ReturnType<typeof createDecoders> | undefined
afterEach(async () => {
  vi.restoreAllMocks()
  await decoders?.close()
  decoders = undefined
})

function start(options: Partial<DecoderOptions> = {}) {
  const door = createDecoders(options)
  decoders = door
  return async (bytes: Buffer, signal = never) => {
    const opened = await door.decode(bytes, defaultSettings, signal)
    if (opened.kind === 'failed') throw new Error(opened.code)
    return opened
  }
}

test('there are as many as cores, unless somebody says otherwise', async () => {
  const open = start({ entry: badDecoder })
  const cores = availableParallelism()
  const held = await Promise.all(Array.from({ length: cores }, () => open(Buffer.from('good'))))
  expect(new Set(held.map(({ rights }) => rights.pid)).size).toBe(cores)
  let isOpened = false
  const oneMore = open(Buffer.from('good')).then(opened => {
    isOpened = true
    return opened
  })
  // Whatever is rendered meanwhile goes there and back before anything that was asked for later.
  await held[0]?.render()
  expect([isOpened, held.length]).toEqual([false, cores])
  expect((await oneMore).rights.pid).toBe(held[0]?.rights.pid)
})

test('each works on pixels in one thread, and keeps nothing of a picture', async () => {
  const { rights } = await start({ entry: tellingDecoder, children: 1 })(await picture(1))
  expect(rights).toEqual({ threads: '1', cached: '0' })
})

test('bytes go over and come back as bytes, never as text', async () => {
  // JSON asks a Buffer for this first, and spells out its bytes one by one.
  const spell = vi.spyOn(Buffer.prototype, 'toJSON')
  const parse = vi.spyOn(JSON, 'parse')
  const file = await picture(2, { width: 1200, height: 900 })
  const opened = await start({ children: 1 })(file)
  const rendered = await opened.render()
  expect(rendered).toMatchObject({ kind: 'rendered', width: 512 })
  expect(spell).not.toHaveBeenCalled()
  expect(parse).not.toHaveBeenCalled()
})

describe('a picture that is likely wanted', () => {
  const wanted = { ...defaultSettings, isLikelyWanted: true }
  const asked = (settings: DecodeSettings, signal = never) => {
    const door = decoders ?? createDecoders({ children: 1 })
    decoders = door
    return async (bytes: Buffer) => {
      const opened = await door.decode(bytes, settings, signal)
      if (opened.kind === 'failed') throw new Error(opened.code)
      return opened
    }
  }

  test('is encoded at once, and the process goes on with the next one', async () => {
    const [file, other] = [await picture(3), await picture(4)]
    const plain = await asked(defaultSettings)(file)
    const rendered = await plain.render()
    const [first, second] = [await asked(wanted)(file), await asked(wanted)(other)]
    expect(await first.render()).toEqual(rendered)
    expect(await second.render()).toMatchObject({ kind: 'rendered', width: 512 })
    await expect(first.render()).rejects.toThrow('let go')
  })

  test('is not there any more once it is released, or nobody waits for it', async () => {
    const abort = new AbortController()
    const [released, aborted] = [
      await asked(wanted)(await picture(3)),
      await asked(wanted, abort.signal)(await picture(4)),
    ]
    released.release()
    abort.abort()
    await expect(released.render()).rejects.toThrow('let go')
    await expect(aborted.render()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })
})

test('a heavy picture that is let go while it waits for room makes way for the next one', async () => {
  const abort = new AbortController()
  const child = await startDecoder({
    ...{ entry: support('../../src/imaging/decode-child.ts'), cwd: tmpdir(), signal: abort.signal },
    ...{ startTimeoutMs: 30_000, maxRssBytes: 2 ** 31, momentMs: 1_000_000, freed: () => {} },
  })
  const file = { kind: 'open', bytes: await picture(1), settings: defaultSettings } as const
  expect(await child.ask({ ...file, job: 1, freeMegapixels: 0 }, 30_000)).toMatchObject({ kind: 'weighed' })
  const next = child.ask({ ...file, job: 2, freeMegapixels: 8 }, 30_000)
  child.release(1)
  expect(await next).toMatchObject({ kind: 'opened', job: 2 })
  abort.abort()
  await child.gone
})

test('one that is busy with a bomb holds nobody up but itself', async () => {
  const open = start({ entry: badDecoder, children: 2, timeoutMs: 600_000 })
  const abort = new AbortController()
  let isOver = false
  const bomb = open(Buffer.from('spin'), abort.signal).finally(() => {
    isOver = true
  })
  const others = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const opened = await open(Buffer.from('good'))
      return (await opened.render()).kind
    }),
  )
  expect([isOver, others.length, new Set(others)]).toEqual([false, 30, new Set(['rendered'])])
  abort.abort()
  await expect(bomb).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
})
