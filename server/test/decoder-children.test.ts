/** What decoder processes cost: as many as cores, one thread of pixels each, and no picture spelled out on the way. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterEach, expect, test, vi } from 'vitest'
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
