/** What the tests of a workshop share: one that a test may kill the workers of, a host, and jobs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import { defaultSettings } from '@gleaner/shared/dataset'
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import type { DecoderOptions } from '../../src/imaging/decoders.ts'
import type { FetchJob, OpenPicture, PictureJob, Workshop } from '../../src/work/work.ts'
import type { BadHost } from './bad-host.ts'
import { startPictureHost } from './ingest-checks.ts'

/** A workshop of which a test may kill the workers. */
export interface Bench {
  readonly workshop: Workshop
  /** Ends the worker that has, or runs in, this decoder process, without a word. */
  readonly lose: (decoder: { readonly pid: number; readonly parent: number }) => void
  /** Closes the workshop and all that belongs to it. */
  readonly close: () => Promise<void>
}

export type OpenBench = (options: Partial<DecoderOptions>) => Promise<Bench>

/** What a test of the contract may use. */
export interface Means {
  readonly host: () => BadHost
  /** Opens the workshop, for one picture at a time unless said otherwise: a place that is not given back shows. */
  readonly open: (options?: Partial<DecoderOptions>) => Promise<Workshop>
  /** With decoders that do as the bytes they are given say: see bad-decoder.ts. */
  readonly openBad: (options?: Partial<DecoderOptions>) => Promise<Workshop>
  readonly fetchJob: (path: string, more?: Partial<FetchJob>) => FetchJob
  /** A file in which a decoder that hangs says who it is. */
  readonly note: () => string
  readonly lose: Bench['lose']
}

const badDecoder = fileURLToPath(new URL('./bad-decoder.ts', import.meta.url))
export const never = new AbortController().signal
export const aborted = expect.objectContaining({ name: 'AbortError' })
const { accept, render } = defaultSettings
export const settings = { accept, render }
export const pictureJob = (bytes: Buffer): PictureJob => ({ bytes, settings })
export const behaving = (manner: string) => pictureJob(Buffer.from(manner))
/** Long enough for a machine that is busy with other things. */
export const patiently = { timeout: 30_000, interval: 5 }

/** Registers what has to be done around each test. */
export function useBench(openBench: OpenBench): Means {
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

  const open: Means['open'] = async (options = {}) => {
    bench = await openBench({ children: 1, ...options })
    return bench.workshop
  }
  return {
    host: () => host,
    open,
    openBad: options => open({ entry: badDecoder, ...options }),
    fetchJob: (path, more = {}) => ({
      ...{ url: host.url(path), maxBytes: 1_000_000, honourOptOut: true },
      ...more,
    }),
    note: () => join(folder, 'hung'),
    lose: decoder => bench?.lose(decoder),
  }
}

/** Waits until a decoder hangs. @returns who it is, as it wrote it down */
export function whoHangs(note: string): Promise<{ readonly pid: number; readonly parent: number }> {
  return vi.waitFor(() => {
    const [pid, parent] = readFileSync(note, 'latin1').split(' ').map(Number)
    if (!pid || !parent) throw new Error('nobody hangs yet')
    return { pid, parent }
  }, patiently)
}

/** What the copies between processes leave of a value: data, bytes among them, and nothing that lives. */
export function expectPlain(value: object): void {
  const { bytes, ...rest } = value as { readonly bytes?: Uint8Array }
  for (const copy of [structuredClone(value), deserialize(serialize(value))] as (typeof value)[]) {
    const { bytes: copied, ...others } = copy as { readonly bytes?: Uint8Array }
    expect(others).toStrictEqual(rest)
    expect(bytes && Buffer.compare(bytes, copied ?? Buffer.alloc(0))).toBe(bytes && 0)
  }
}

export async function opens(
  workshop: Workshop | Promise<Workshop>,
  job: PictureJob,
  signal = never,
): Promise<OpenPicture> {
  const result = await (await workshop).open(job, signal)
  if (result.kind === 'failed') throw new Error(result.code)
  return result
}
