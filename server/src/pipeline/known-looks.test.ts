import { beforeEach, expect, test } from 'vitest'
import type { LookChange, LookFile } from '../store/look-file.ts'
import { type KnownLooks, openLooks } from './known-looks.ts'

const count = 3_500
const formsOf = (seq: number) => Buffer.from(`00${seq.toString(16).padStart(64, '0')}`, 'hex')

/** A table of {@link count} pictures and a file beside it, in memory. */
let changes: LookChange[]
let file: { bytes: Buffer; token: string; changeNo: number } | undefined
let vouched: Map<string, number>
let slices: number
let saves: number
let brokenTable: Error | undefined
let brokenDisk: Error | undefined
let stopping: AbortController
let told: unknown[]

const change = (seq: number, forms = formsOf(seq)) =>
  changes.push({ changeNo: (changes.at(-1)?.changeNo ?? 0) + 1, seq, forms })

beforeEach(() => {
  changes = []
  for (let seq = 1; seq <= count; seq++) change(seq)
  file = undefined
  vouched = new Map()
  slices = 0
  saves = 0
  brokenTable = undefined
  brokenDisk = undefined
  stopping = new AbortController()
  told = []
})

const lookFile: LookFile = {
  since: (changeNo, limit) => {
    if (brokenTable) throw brokenTable
    slices += 1
    const from = changes.findIndex(each => each.changeNo > changeNo)
    return from === -1 ? [] : changes.slice(from, from + limit)
  },
  isExpected: () => vouched.size > 0,
  open: async () => {
    if (!file) return undefined
    const { bytes } = file
    return {
      sizeBytes: bytes.length,
      read: async (at, into) => {
        if (brokenDisk) throw brokenDisk
        into.set(bytes.subarray(at, at + into.length))
      },
      close: async () => {},
    }
  },
  vouchesFor: ({ token, changeNo }) => vouched.get(token) === changeNo,
  replace: async (changeNo, write) => {
    if (brokenDisk) throw brokenDisk
    const token = (++saves).toString(16).padStart(32, '0')
    let bytes = Buffer.alloc(0)
    await write({ token, changeNo }, async (at, part) => {
      if (at + part.length > bytes.length) bytes = Buffer.concat([bytes], at + part.length)
      bytes.set(part, at)
    })
    file = { bytes, token, changeNo }
    vouched = new Map([[token, changeNo]])
  },
}

interface Opened {
  readonly looks: KnownLooks
  readonly changed: number[]
  readonly turns: () => number
}

/** Opens, and waits until something is told of it. */
async function opened(least = 1_000): Promise<Opened> {
  const changed: number[] = []
  let turns = 0
  let looks: KnownLooks | undefined
  await new Promise<void>(resolve => {
    const tell = (what: unknown) => {
      told.push(what)
      resolve()
    }
    const turn = () => {
      turns += 1
      if (!told.length) setImmediate(turn)
    }
    setImmediate(turn)
    stopping.signal.addEventListener('abort', () => setImmediate(resolve))
    const opening = {
      signal: stopping.signal,
      ready: () => tell('ready'),
      failed: tell,
      unsaved: (error: unknown) => told.push(['unsaved', error]),
    }
    looks = openLooks(lookFile, opening, seq => void changed.push(seq), least)
    if (looks.isReady()) resolve()
  })
  if (!looks) throw new Error('not opened')
  return { looks, changed, turns: () => turns }
}

/** Lets what was begun come to its end. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
}

function knows({ looks }: Opened, seqs: readonly number[], forms = formsOf) {
  const queries = seqs.map(seq => [{ bits: forms(seq).subarray(1), among: [0], radiusBits: 0 }])
  return looks
    .index()
    .within(queries)
    .map(found => found.map(({ seq }) => seq))
}
const some = [1, 2, 999, 1_000, 1_001, 2_000, count]
const each = (seqs: readonly number[]) => seqs.map(seq => [seq])

test('a small dataset is ready at once, and worth no file', async () => {
  changes.splice(900)
  const dataset = await opened()
  expect([dataset.looks.isReady(), told, slices]).toEqual([true, [], 1])
  expect(knows(dataset, [1, 900, 901])).toEqual([[1], [900], []])
  await settled()
  expect(saves).toBe(0)
})

test('a large one is read in slices, with other work between them, and saved', async () => {
  const dataset = await opened()
  expect([told, slices]).toEqual([['ready'], 4])
  expect(dataset.turns()).toBeGreaterThanOrEqual(2)
  expect(knows(dataset, some)).toEqual(each(some))
  await settled()
  expect([saves, file?.changeNo]).toEqual([1, count])
})

test('with its file, only what came since is read from the table', async () => {
  await opened()
  await settled()
  slices = 0
  change(count + 1)
  change(7, formsOf(70_000))
  const dataset = await opened()
  expect([told, slices]).toEqual([['ready', 'ready'], 1])
  expect(knows(dataset, [...some, count + 1, 70_000, 7])).toEqual([...each([...some, count + 1]), [7], []])
  expect(dataset.changed, 'nobody can have asked yet').toEqual([])
})

test.each([
  [
    'gone',
    () => {
      file = undefined
    },
  ],
  ['damaged', () => file?.bytes.writeUInt8(9, 500)],
  [
    'cut short',
    () => {
      if (file) file.bytes = file.bytes.subarray(0, 5_000)
    },
  ],
  [
    'of another time',
    () => {
      vouched = new Map([['f'.repeat(32), count]])
    },
  ],
  [
    'of another change',
    () => {
      for (const token of vouched.keys()) vouched.set(token, 12)
    },
  ],
  [
    'unreadable',
    () => {
      brokenDisk = new Error('EIO')
    },
  ],
])('a file that is %s is made anew from the table', async (_, spoil) => {
  await opened()
  await settled()
  spoil()
  slices = 0
  const dataset = await opened()
  expect([dataset.looks.isReady(), slices]).toEqual([true, 4])
  expect(knows(dataset, some)).toEqual(each(some))
  expect(dataset.looks.index().forms).toBe(count)
  await settled()
  if (!brokenDisk) expect([saves, file?.changeNo, vouched.size]).toEqual([2, count, 1])
})

test('what is written while it runs is caught up with, and saved when it is worth it', async () => {
  const dataset = await opened()
  await settled()
  change(count + 1)
  dataset.looks.catchUp()
  expect(knows(dataset, [count + 1])).toEqual([[count + 1]])
  await settled()
  expect(saves).toBe(1)
  for (let seq = count + 2; seq <= count + 1_000; seq++) change(seq)
  dataset.looks.catchUp()
  await settled()
  expect([saves, file?.changeNo]).toEqual([2, count + 1_000])
})

test('a picture put before its row is read is known at once, and told of once', async () => {
  const dataset = await opened()
  change(count + 1)
  dataset.looks.put(count + 1, formsOf(count + 1))
  expect(knows(dataset, [count + 1])).toEqual([[count + 1]])
  dataset.looks.catchUp()
  expect(dataset.changed.filter(seq => seq === count + 1)).toEqual([count + 1])
})

test('reading stops when the dataset is about to be closed', async () => {
  const opening = opened()
  stopping.abort()
  const { looks } = await opening
  expect([slices, told, looks.isReady()]).toEqual([1, [], false])
})

test('saving stops when the dataset is about to be closed, and nobody is told', async () => {
  const opening = opened()
  const { looks } = await opening
  stopping.abort()
  await settled()
  expect([looks.isReady(), told, file]).toEqual([true, ['ready'], undefined])
})

test('a file that cannot be written is told of, and tried again after as many changes', async () => {
  brokenDisk = new Error('ENOSPC')
  const dataset = await opened()
  await settled()
  expect(told).toEqual(['ready', ['unsaved', brokenDisk]])
  brokenDisk = undefined
  dataset.looks.catchUp()
  await settled()
  expect(saves).toBe(0)
  for (let seq = count + 1; seq <= count + 1_000; seq++) change(seq)
  dataset.looks.catchUp()
  await settled()
  expect(saves).toBe(1)
})

test('what cannot be read is told, and never counts as ready', async () => {
  const opening = opened()
  brokenTable = new Error('disk I/O error')
  const { looks } = await opening
  expect([told, looks.isReady()]).toEqual([[brokenTable], false])
})
