import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeFiles, setOf } from '../../../bench/export/pictures.ts'
import { folderSink } from '../../../test/support/made-up-set.ts'
import { withBytes } from './picture-content.ts'
import { readAhead } from './read-ahead.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-content-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe.each([
  ['one by one', 40],
  ['by a thread', 1_200],
])('bytes of pictures, read %s', (_, count) => {
  test('come in the order of the set, each with its own', async () => {
    const set = setOf(makeFiles(folder, 30), { count })
    const sink = folderSink(join(folder, 'out'))
    const ids: string[] = []
    for await (const { picture, bytes } of withBytes(set, sink)) {
      ids.push(picture.id)
      if (ids.length % 37 === 0) expect(createHash('sha256').update(bytes).digest('hex')).toBe(picture.digest)
    }
    const wanted: string[] = []
    for await (const { id } of set.pictures()) wanted.push(id)
    expect(ids).toEqual(wanted)
    expect(sink.steps()).toBe(count)
  })

  test('a file that is gone ends it with the code of the system, and so does a signal', async () => {
    const files = makeFiles(folder, 30, 2_000)
    const sink = folderSink(join(folder, 'out'))
    const reading = async (signal: AbortSignal) => {
      for await (const __ of withBytes(setOf(files, { count }), { ...sink, signal }));
    }
    await expect(reading(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    rmSync(files[7]?.path ?? '')
    await expect(reading(new AbortController().signal)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

test('the thread gives no picture that is not as long as the index says', async () => {
  const files = makeFiles(folder, 30, 2_000)
  writeFileSync(files[3]?.path ?? '', Buffer.alloc(2_001))
  await expect(async () => {
    for await (const _ of withBytes(setOf(files, { count: 600 }), folderSink(join(folder, 'out'))));
  }).rejects.toThrow('has 2001 bytes, not 2000')
})

describe('reading ahead', () => {
  async function* numbers(count: number) {
    for (let nth = 0; nth < count; nth++) yield nth
  }

  test('never holds more bytes than it may, but always one item', async () => {
    let held = 0
    let most = 0
    const sizeOf = (nth: number) => (nth === 5 ? 20 << 20 : 3 << 20)
    const read = async (nth: number) => {
      held += sizeOf(nth)
      most = Math.max(most, held)
      return nth
    }
    const seen: number[] = []
    for await (const { content } of readAhead(numbers(12), { read, sizeOf })) {
      held -= sizeOf(content)
      seen.push(content)
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(most).toBeLessThanOrEqual((8 << 20) + (20 << 20))
  })

  test('fails when the turn of what failed comes, and lets go of its source', async () => {
    let isOver = false
    async function* source() {
      try {
        yield* numbers(10)
      } finally {
        isOver = true
      }
    }
    const seen: number[] = []
    const reading = async () => {
      const read = async (nth: number) => {
        if (nth === 4) throw new Error('unreadable')
        return nth
      }
      for await (const { content } of readAhead(source(), { read, sizeOf: () => 1 })) seen.push(content)
    }
    await expect(reading).rejects.toThrow('unreadable')
    expect([seen, isOver]).toEqual([[0, 1, 2, 3], true])
  })
})
