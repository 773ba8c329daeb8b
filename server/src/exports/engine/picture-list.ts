/** The pictures of one export as they go out, a line each in a file: what a set of any size is read from. */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import type { SplitName } from '@gleaner/shared/splits'
import type { Box, VersionImage } from '@gleaner/shared/versions'

/** One line. */
export interface ListedPicture {
  readonly from: VersionImage
  readonly split: SplitName | null
  readonly width: number
  readonly height: number
  readonly sizeBytes: number
  /** SHA-256 of the bytes, hex. */
  readonly digest: string
  readonly boxes: readonly Box[]
  /** Whether it is the filed picture itself, which is not to be shared with others. */
  readonly isFiled: boolean
}

export const lineOf = (picture: ListedPicture): string => `${JSON.stringify(picture)}\n`

const newline = 10

/** Bytes of each whole line, with where it begins. What follows the last line break is left out. */
export async function* linesOf(path: string): AsyncGenerator<{ readonly at: number; readonly line: Buffer }> {
  let rest: Buffer = Buffer.alloc(0)
  let at = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 128 * 1024 })) {
    const bytes: Buffer = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    let from = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      yield { at: at + from, line: bytes.subarray(from, end) }
      from = end + 1
    }
    at += from
    rest = bytes.subarray(from)
  }
}

export const parsed = (line: Buffer): ListedPicture => JSON.parse(line.toString('utf8')) as ListedPicture

export interface PictureList {
  readonly count: number
  /** In the order of ids. @param isWanted - of the split, asked before the line is read */
  readonly all: (isWanted?: (split: SplitName | null) => boolean) => AsyncIterable<ListedPicture>
  /** In an order fixed by `key`: the pictures with the smallest ones first. */
  readonly shuffled: (isWanted?: (split: SplitName | null) => boolean) => Iterable<ListedPicture>
}

/**
 * @param keyOf - a number by which pictures are shuffled
 * @returns the list, of which memory holds three numbers a picture
 */
export async function openPictureList(
  path: string,
  keyOf: (picture: ListedPicture) => number,
): Promise<PictureList> {
  const starts: number[] = []
  const keys: number[] = []
  const splits: (SplitName | null)[] = []
  for await (const { at, line } of linesOf(path)) {
    const picture = parsed(line)
    starts.push(at)
    keys.push(keyOf(picture))
    splits.push(picture.split)
  }
  const always = () => true
  return {
    count: starts.length,
    all: async function* (isWanted = always) {
      let number = 0
      for await (const { line } of linesOf(path)) {
        if (isWanted(splits[number++] ?? null)) yield parsed(line)
      }
    },
    shuffled: function* (isWanted = always) {
      const order = [...starts.keys()].filter(number => isWanted(splits[number] ?? null))
      order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b)
      const file = openSync(path, 'r')
      try {
        for (const number of order) yield readLine(file, starts[number] ?? 0)
      } finally {
        closeSync(file)
      }
    },
  }
}

const usualLineBytes = 4096

function readLine(file: number, at: number): ListedPicture {
  for (let size = usualLineBytes; ; size *= 4) {
    const bytes = Buffer.alloc(size)
    const read = readSync(file, bytes, 0, size, at)
    const end = bytes.subarray(0, read).indexOf(newline)
    if (end >= 0) return parsed(bytes.subarray(0, end))
    if (read < size) throw new Error('the list of pictures ends in the middle of a line')
  }
}
