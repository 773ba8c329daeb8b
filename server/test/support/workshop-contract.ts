/** What every workshop has to do, wherever its workers are: described once, held against each. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DecoderOptions } from '../../src/imaging/decoders.ts'
import type { FetchJob, OpenPicture, PictureJob, Workshop } from '../../src/work/work.ts'
import type { BadHost } from './bad-host.ts'
import { startPictureHost } from './ingest-checks.ts'
import { picture } from './pictures.ts'

/** A workshop of which a test may kill the workers. */
export interface Bench {
  readonly workshop: Workshop
  /** Ends the worker that has, or runs in, this decoder process, without a word. */
  readonly lose: (decoder: { readonly pid: number; readonly parent: number }) => void
  /** Closes the workshop and all that belongs to it. */
  readonly close: () => Promise<void>
}

export type OpenBench = (options: Partial<DecoderOptions>) => Promise<Bench>

const badDecoder = fileURLToPath(new URL('./bad-decoder.ts', import.meta.url))
const never = new AbortController().signal
const { accept, render } = defaultSettings
const settings = { accept, render }
const pictureJob = (bytes: Buffer): PictureJob => ({ bytes, settings })
const aborted = expect.objectContaining({ name: 'AbortError' })

export function describeWorkshop(name: string, openBench: OpenBench): void {
  let host: BadHost
  let bench: Bench | undefined
  let folder: string

  beforeAll(async () => {
    host = await startPictureHost()
  })
  afterAll(() => host.close())
  beforeEach(() => {
    host.reset()
    folder = mkdtempSync(join(tmpdir(), 'gleaner-contract-'))
  })
  afterEach(async () => {
    await bench?.close()
    bench = undefined
    rmSync(folder, { recursive: true })
  })

  /** One picture at a time, so that a place that is not given back shows. */
  const open = async (options: Partial<DecoderOptions> = {}): Promise<Workshop> => {
    bench = await openBench({ children: 1, ...options })
    return bench.workshop
  }
  /** Decoders that do as the bytes they are given say: see bad-decoder.ts. */
  const openBad = (options: Partial<DecoderOptions> = {}) => open({ entry: badDecoder, ...options })
  const fetchJob = (path: string, more: Partial<FetchJob> = {}): FetchJob => ({
    ...{ url: host.url(path), maxBytes: 1_000_000, honourOptOut: true },
    ...more,
  })
  const behaving = (manner: string) => pictureJob(Buffer.from(manner))
  /** Loses the worker that hangs, as the decoder wrote it down. */
  const loseHanging = async (file: string) => {
    const [pid = 0, parent = 0] = await vi.waitFor(
      () => {
        const numbers = readFileSync(file, 'latin1').split(' ').map(Number)
        expect(numbers).toHaveLength(2)
        return numbers
      },
      { timeout: 30_000, interval: 5 },
    )
    bench?.lose({ pid, parent })
  }

  describe(`${name}: a fetch`, () => {
    test('gives the bytes, their digest, and every hop with its peer', async () => {
      const result = await (await open()).fetch(fetchJob('/redirect/1/one.jpg'), never)
      const file = await picture(1)
      expect(result).toMatchObject({
        kind: 'fetched',
        digest: createHash('sha256').update(file).digest('hex'),
        finalUrl: host.url('/files/one.jpg'),
        contentType: 'image/jpeg',
        hops: [
          { status: 302, peerIp: '127.0.0.1' },
          { status: 200, peerIp: '127.0.0.1' },
        ],
      })
      expect('bytes' in result && result.bytes.equals(file)).toBe(true)
    })

    test('that leads nowhere ends as a value with its code', async () => {
      const { fetch } = await open()
      const code = async (job: FetchJob) => {
        const result = await fetch(job, never)
        return result.kind === 'failed' ? [result.code, result.hops.length] : result.kind
      }
      expect(await code(fetchJob('/files/none.jpg'))).toEqual(['DOWNLOAD_NOT_FOUND', 1])
      expect(await code(fetchJob('/', { url: 'http://10.0.0.1/' }))).toEqual(['DOWNLOAD_PRIVATE_ADDRESS', 0])
      expect(await code(fetchJob('/endless'))).toEqual(['DOWNLOAD_TOO_LARGE', 1])
      expect(await code(fetchJob('/opt-out/one.jpg'))).toEqual(['DOWNLOAD_OPTED_OUT', 1])
      expect(await code(fetchJob('/opt-out/one.jpg', { honourOptOut: false }))).toBe('fetched')
    })

    test('with a trail is one request, and ends where the host sends on to', async () => {
      const { fetch } = await open()
      const first = await fetch(fetchJob('/redirect/1/one.jpg', { trail: { hops: [], tookMs: 0 } }), never)
      expect(first).toMatchObject({ kind: 'moved', to: host.url('/files/one.jpg'), hops: [{ status: 302 }] })
      expect(host.hits()).toBe(1)
      expectPlain(first)
      if (first.kind !== 'moved') return
      const { to, hops, tookMs } = first
      const next = fetchJob('/', { url: to, trail: { hops, tookMs } })
      expectPlain(next)
      const last = await fetch(next, never)
      expect(last).toMatchObject({ kind: 'fetched', hops: [{ status: 302 }, { status: 200 }] })
      expect(last.tookMs).toBeGreaterThanOrEqual(tookMs)
    })

    test('tells the host what the job says, and nothing of jobs before', async () => {
      const { fetch } = await open()
      const landingUrl = host.url('/gallery')
      await fetch(fetchJob('/files/one.jpg', { landingUrl }), never)
      await fetch(fetchJob('/files/two.jpg'), never)
      expect(host.requests.map(({ headers }) => headers.referer)).toEqual([landingUrl, undefined])
    })

    test('that is aborted rejects with the reason, and its request ends', async () => {
      const { fetch } = await open()
      const abort = new AbortController()
      const fetching = fetch(fetchJob('/drip/50/one.jpg'), abort.signal)
      await vi.waitFor(() => expect(host.hits()).toBe(1), { timeout: 30_000, interval: 5 })
      const reason = new Error('enough')
      abort.abort(reason)
      await expect(fetching).rejects.toBe(reason)
      await vi.waitFor(() => expect(host.openConnections()).toBe(0), { timeout: 30_000, interval: 5 })
      await expect(fetch(fetchJob('/files/one.jpg'), abort.signal)).rejects.toBe(reason)
      expect(host.hits()).toBe(1)
    })
  })

  describe(`${name}: a picture`, () => {
    test('is measured, and rendered from what was decoded', async () => {
      const opened = await opens(open(), pictureJob(await picture(1)))
      expect(opened.facts).toMatchObject({ format: 'jpeg', width: 640, height: 480, frames: 1, rights: {} })
      expect(opened.facts.perceptualHash).toMatch(/^[0-9a-f]{64}$/)
      const rendered = await opened.render()
      expect(rendered).toMatchObject({ kind: 'rendered', width: 512, height: 384 })
      const bytes = 'bytes' in rendered ? rendered.bytes : Buffer.alloc(0)
      expect([bytes.subarray(0, 3).toString('hex'), bytes.subarray(-2).toString('hex')]).toEqual([
        'ffd8ff',
        'ffd9',
      ])
    })

    test('that is none, or is cut short, ends as a value with its code', async () => {
      const { open: openPicture } = await open()
      const code = async (bytes: Buffer) => {
        const result = await openPicture(pictureJob(bytes), never)
        return result.kind === 'failed' && result.code
      }
      expect(await code(Buffer.from('<!doctype html>'))).toBe('IMAGE_NOT_AN_IMAGE')
      expect(await code(Buffer.alloc(0))).toBe('IMAGE_EMPTY')
      expect(await code((await picture(3)).subarray(0, 9_000))).toBe('IMAGE_TRUNCATED')
    })

    test('is measured and rendered by the settings of its own job', async () => {
      const workshop = await open()
      const bytes = await picture(2)
      const small = { accept, render: { ...render, sidePx: 256 } }
      const first = await opens(workshop, { bytes, settings: small })
      expect(await first.render()).toMatchObject({ width: 256 })
      const strict = { render, accept: { ...accept, minSidePx: 481 } }
      expect(await workshop.open({ bytes, settings: strict }, never)).toMatchObject({
        code: 'IMAGE_TOO_SMALL',
      })
    })

    test('keeps its worker until it is rendered or released, and others wait in the order they came', async () => {
      const workshop = await openBad()
      const order: string[] = []
      const first = await opens(workshop, behaving('good'))
      const second = opens(workshop, behaving('good')).then(async opened => {
        order.push('second')
        await opened.render()
      })
      const third = opens(workshop, behaving('good')).then(opened => {
        order.push('third')
        opened.release()
      })
      // A round trip that needs no place: had the others got one, they would be through.
      await workshop.fetch(fetchJob('/files/one.jpg'), never)
      expect(order).toEqual([])
      first.release()
      await Promise.all([second, third])
      expect(order).toEqual(['second', 'third'])
    })

    test('is rendered once, and not after it was released; releasing again harms nobody', async () => {
      const workshop = await openBad()
      const first = await opens(workshop, behaving('good'))
      expect(await first.render()).toMatchObject({ kind: 'rendered' })
      await expect(first.render()).rejects.toThrow('let go')
      first.release()
      const second = await opens(workshop, behaving('good'))
      second.release()
      second.release()
      await expect(second.render()).rejects.toThrow('let go')
      const third = await opens(workshop, behaving('good'))
      first.release()
      expect(await third.render()).toMatchObject({ kind: 'rendered' })
    })

    test('that takes too long is given up, and the next one gets its turn', async () => {
      const workshop = await openBad({ timeoutMs: 1_000 })
      expect(await workshop.open(behaving('spin'), never)).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT' })
      const opened = await opens(workshop, behaving('spin-in-render'))
      expect(await opened.render()).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT' })
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })

    test('among many gets its own answer', async () => {
      const workshop = await open({ children: 2 })
      const widths = Array.from({ length: 24 }, (_, place) => 400 + place)
      const seen = widths.map(async width => {
        const opened = await opens(workshop, pictureJob(await picture(width, { width, height: 300 })))
        const rendered = await opened.render()
        return [opened.facts.width, rendered.kind === 'rendered' && rendered.width]
      })
      expect(await Promise.all(seen)).toEqual(widths.map(width => [width, width]))
    })
  })

  test(`${name}: what goes in and what comes out is plain data`, async () => {
    const workshop = await open()
    const fetching = fetchJob('/redirect/1/one.jpg', { landingUrl: host.url('/') })
    const file = await picture(1)
    const opened = await opens(workshop, pictureJob(file))
    expectPlain(fetching)
    expectPlain(await workshop.fetch(fetching, never))
    expectPlain(await workshop.fetch(fetchJob('/retry-after/5/1/one.jpg'), never))
    expectPlain(pictureJob(file))
    expectPlain(opened.facts)
    expectPlain(await opened.render())
    const none = await workshop.open(pictureJob(file.subarray(0, 9_000)), never)
    expect(none.kind).toBe('failed')
    expectPlain(none)
  })

  describe(`${name}: a lost worker`, () => {
    test('in the middle of decoding: the picture is decoded anew', async () => {
      const workshop = await openBad()
      const file = join(folder, 'hung')
      const opening = opens(workshop, behaving(`hang-once ${file}`))
      await loseHanging(file)
      const opened = await opening
      expect(opened.facts.rights.pid).not.toBe(readFileSync(file, 'latin1').split(' ')[0])
      expect(await opened.render()).toMatchObject({ kind: 'rendered' })
    })

    test('in the middle of rendering: the picture is decoded and rendered anew', async () => {
      const workshop = await openBad()
      const file = join(folder, 'hung')
      const rendering = (await opens(workshop, behaving(`hang-once-in-render ${file}`))).render()
      await loseHanging(file)
      expect(await rendering).toMatchObject({ kind: 'rendered' })
    })

    test('while it holds a picture: the picture is rendered all the same', async () => {
      const workshop = await openBad()
      const opened = await opens(workshop, behaving('good'))
      const { pid, parent } = opened.facts.rights
      bench?.lose({ pid: Number(pid), parent: Number(parent) })
      expect(await opened.render()).toMatchObject({ kind: 'rendered' })
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })

    test('over the same picture again and again ends the picture, not the workshop', async () => {
      const workshop = await openBad()
      expect(await workshop.open(behaving('abort'), never)).toMatchObject({ code: 'IMAGE_DECODER_CRASH' })
      const opened = await opens(workshop, behaving('abort-in-render'))
      expect(await opened.render()).toMatchObject({ code: 'IMAGE_DECODER_CRASH' })
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })
  })

  describe(`${name}: abort`, () => {
    test('of a picture that waits leaves the queue at once', async () => {
      const workshop = await openBad()
      const first = await opens(workshop, behaving('good'))
      const abort = new AbortController()
      const waiting = workshop.open(behaving('good'), abort.signal)
      abort.abort()
      await expect(waiting).rejects.toThrow(aborted)
      first.release()
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })

    test('of a picture in work does not wait for it', async () => {
      const workshop = await openBad({ timeoutMs: 2_000 })
      const file = join(folder, 'hung')
      const abort = new AbortController()
      const opening = workshop.open(behaving(`hang-once ${file}`), abort.signal)
      await vi.waitFor(() => readFileSync(file), { timeout: 30_000, interval: 5 })
      abort.abort()
      await expect(opening).rejects.toThrow(aborted)
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })

    test('of a picture that is held lets it go', async () => {
      const workshop = await openBad()
      const abort = new AbortController()
      const opened = await opens(workshop, behaving('good'), abort.signal)
      abort.abort()
      await expect(opened.render()).rejects.toThrow(aborted)
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })
  })

  test(`${name}: closing ends all that is in hand, and nothing begins afterwards`, async () => {
    const workshop = await openBad({ children: 2 })
    const file = join(folder, 'hung')
    const held = await opens(workshop, behaving('good'))
    const hands = [
      workshop.fetch(fetchJob('/drip/50/one.jpg'), never),
      workshop.open(behaving(`hang-once ${file}`), never),
      workshop.open(behaving('good'), never),
    ].map(hand => expect(hand).rejects.toThrow(aborted))
    await vi.waitFor(
      () => {
        readFileSync(file)
        expect(host.hits()).toBe(1)
      },
      { timeout: 30_000, interval: 5 },
    )
    await workshop.close()
    await Promise.all(hands)
    await expect(held.render()).rejects.toThrow(aborted)
    await expect(workshop.fetch(fetchJob('/files/one.jpg'), never)).rejects.toThrow(aborted)
    await expect(workshop.open(behaving('good'), never)).rejects.toThrow(aborted)
    held.release()
  })
}

/** What JSON and the copies between processes leave of a value; bytes never go through JSON. */
function expectPlain(value: object): void {
  const { bytes, ...rest } = value as { readonly bytes?: Uint8Array }
  expect(JSON.parse(JSON.stringify(rest))).toStrictEqual(rest)
  for (const copy of [structuredClone(value), deserialize(serialize(value))] as (typeof value)[]) {
    const { bytes: copied, ...others } = copy as { readonly bytes?: Uint8Array }
    expect(others).toStrictEqual(rest)
    expect(bytes && Buffer.compare(bytes, copied ?? Buffer.alloc(0))).toBe(bytes && 0)
  }
}

async function opens(
  workshop: Workshop | Promise<Workshop>,
  job: PictureJob,
  signal = never,
): Promise<OpenPicture> {
  const result = await (await workshop).open(job, signal)
  if (result.kind === 'failed') throw new Error(result.code)
  return result
}
