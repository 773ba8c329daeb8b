/** Reads `.npy` and `.npz` by the description of the format, as `np.load` does without pickles. */
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise } from 'yauzl'
import type { ReadPicture } from '../exporter.ts'
import { digestOfPixels } from './pixels.ts'

interface Header {
  readonly type: string
  readonly shape: readonly number[]
}

/** An array in items along its first dimension. */
interface Found extends Header {
  readonly items: AsyncIterable<Buffer>
}

type Opener = (name: string) => Promise<AsyncIterable<Buffer>>

/** @throws Error when an array is cut short, of an unexpected shape, or does not fit its checksum */
export async function* readNumpy(
  folder: string,
  { channels, files }: { readonly channels: 'last' | 'first'; readonly files: 'npz' | 'npy' },
): AsyncGenerator<ReadPicture> {
  const source = files === 'npz' ? await openNpz(join(folder, 'dataset.npz')) : await openFolder(folder)
  try {
    const classes = await textsOf(source.open, 'classes')
    for (const split of ['train', 'validation', 'test'])
      if (source.names.includes(`x_${split}`))
        yield* readSplit(source.open, split, { classes, isPlanar: channels === 'first' })
  } finally {
    source.close()
  }
}

async function* readSplit(
  open: Opener,
  split: string,
  { classes, isPlanar }: { readonly classes: readonly string[]; readonly isPlanar: boolean },
): AsyncGenerator<ReadPicture> {
  const labels: number[] = []
  const numbers = await read(await open(`y_${split}`))
  for await (const item of numbers.items) labels.push(Number(item.readBigInt64LE(0)))
  const ids = await textsOf(open, `id_${split}`)
  const pictures = await read(await open(`x_${split}`))
  const [count, ...dimensions] = pictures.shape
  if (pictures.type !== '|u1' || count !== labels.length || new Set(ids).size !== count)
    throw new Error(`x_${split}: ${count} pictures, ${labels.length} labels, ${new Set(ids).size} ids`)
  const planes = isPlanar && dimensions.length === 3
  const [height = 0, width = 0] = planes ? dimensions.slice(1) : dimensions
  let nth = 0
  for await (const item of pictures.items) {
    const label = classes[labels[nth] ?? -1]
    if (label === undefined) throw new Error(`x_${split}: picture ${nth} has no label`)
    const pixels = planes ? pixelsFirst(item) : item
    yield { label, split, width, height, pixels, digest: digestOfPixels(pixels) }
    nth += 1
  }
}

function pixelsFirst(planes: Buffer): Buffer {
  const pixels = Buffer.alloc(planes.length)
  const plane = planes.length / 3
  for (let at = 0; at < plane; at++)
    for (let channel = 0; channel < 3; channel++) pixels[3 * at + channel] = planes[channel * plane + at] ?? 0
  return pixels
}

async function textsOf(open: Opener, name: string): Promise<string[]> {
  const { items } = await read(await open(name))
  const texts: string[] = []
  for await (const item of items) {
    const points = Array.from({ length: item.length / 4 }, (_, at) => item.readUInt32LE(4 * at))
    texts.push(String.fromCodePoint(...points).replace(/\0+$/, ''))
  }
  return texts
}

async function read(bytes: AsyncIterable<Buffer>): Promise<Found> {
  const source = takeFrom(bytes)
  const head = await source(10)
  if (head.toString('latin1', 0, 8) !== '\x93NUMPY\x01\x00') throw new Error('not an array of version 1.0')
  const length = head.readUInt16LE(8)
  if ((10 + length) % 64 !== 0) throw new Error('the header does not end at a multiple of 64')
  const { type, shape } = parseHeader((await source(length)).toString('latin1'))
  const itemBytes = shape.slice(1).reduce((product, dimension) => product * dimension, sizeOf(type))
  return {
    type,
    shape,
    items: (async function* () {
      for (let nth = 0; nth < (shape[0] ?? 0); nth++) yield await source(itemBytes)
      await source(0, true)
    })(),
  }
}

function parseHeader(text: string): Header {
  const found =
    /^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \((\d+,|\d+(?:, \d+)+)\), \} *\n$/.exec(text)
  if (!found?.[1] || !found[2]) throw new Error(`not a header: ${text}`)
  return {
    type: found[1],
    shape: found[2]
      .split(',')
      .filter(part => part !== '')
      .map(Number),
  }
}

function sizeOf(type: string): number {
  const [, kind = '', count = ''] = /^[<|]([uiU])(\d+)$/.exec(type) ?? []
  if (kind === '') throw new Error(`an array of ${type}`)
  return kind === 'U' ? 4 * Number(count) : Number(count)
}

/** Takes exact numbers of bytes; with `isEnd`, nothing may be left. @throws Error at an early or late end */
function takeFrom(bytes: AsyncIterable<Buffer>) {
  const source = bytes[Symbol.asyncIterator]()
  let parts: Buffer[] = []
  let have = 0
  return async (count: number, isEnd = false): Promise<Buffer> => {
    while (have < count || isEnd) {
      const next = await source.next()
      if (next.done === true) break
      parts.push(next.value)
      have += next.value.length
    }
    if (have < count || (isEnd && have > 0)) throw new Error('an array of another length than its shape')
    const all = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
    parts = [all.subarray(count)]
    have -= count
    return all.subarray(0, count)
  }
}

interface Source {
  readonly names: readonly string[]
  readonly open: Opener
  readonly close: () => void
}

async function openFolder(folder: string): Promise<Source> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.npy'))
  return {
    names: names.map(name => name.slice(0, -4)),
    open: async name => createReadStream(join(folder, `${name}.npy`)),
    close: () => undefined,
  }
}

async function openNpz(path: string): Promise<Source> {
  const zip = await openPromise(path, { autoClose: false })
  const entries: Entry[] = []
  for await (const entry of zip.eachEntry()) entries.push(entry)
  return {
    names: entries.map(({ fileName }) => fileName.replace(/\.npy$/, '')),
    open: async name => {
      const entry = entries.find(({ fileName }) => fileName === `${name}.npy`)
      if (!entry) throw new Error(`there is no ${name}`)
      return checked(await zip.openReadStreamPromise(entry), entry)
    },
    close: () => zip.close(),
  }
}

async function* checked(
  bytes: AsyncIterable<unknown>,
  { fileName, crc32: wanted }: { readonly fileName: string; readonly crc32: number },
): AsyncGenerator<Buffer> {
  let checksum = 0
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    checksum = crc32(chunk, checksum)
    yield chunk
  }
  if (checksum !== wanted) throw new Error(`${fileName} does not fit its checksum`)
}
