import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLookIndex, type LookIndex } from './look-index.ts'
import { readSideFile, type SideFileOf, type Source, writeSideFile } from './side-file.ts'

const of: SideFileOf = { token: '0123456789abcdef'.repeat(2), changeNo: 7_000_000_000 }

const anyForm = fc.uint8Array({ minLength: 33, maxLength: 33 }).map(form => {
  const bytes = form.slice()
  bytes[0] = (bytes[0] ?? 0) % 4
  return bytes
})
const anyForms = fc.array(anyForm, { minLength: 1, maxLength: 4 }).map(forms => Buffer.concat(forms))
const anyHeld = fc.array(anyForms, { maxLength: 30 })

function indexOf(held: readonly Uint8Array[]): LookIndex {
  const index = createLookIndex()
  for (const [at, forms] of held.entries()) index.put(at + 1, forms)
  return index
}

const asSource = (file: Uint8Array): Source => ({
  sizeBytes: file.length,
  read: async (at, into) => {
    if (at + into.length > file.length) throw new Error('cut short')
    into.set(file.subarray(at, at + into.length))
  },
})

/** @param meanwhile - done after each piece that is written */
async function written(index: LookIndex, meanwhile = () => {}): Promise<Uint8Array> {
  let file = Buffer.alloc(0)
  await writeSideFile(index, of, async (at, bytes) => {
    if (at + bytes.length > file.length) file = Buffer.concat([file], at + bytes.length)
    file.set(bytes, at)
    meanwhile()
  })
  return file
}

async function read(file: Uint8Array, isWanted = () => true) {
  const index = createLookIndex()
  return { of: await readSideFile(index, asSource(file), isWanted), index }
}

const everything = { bits: new Uint8Array(32), among: [0, 1, 2, 3], radiusBits: 256 }
const all = (index: LookIndex) => index.within([[everything]])

test('what is read is what was written', async () => {
  await fc.assert(
    fc.asyncProperty(anyHeld, async held => {
      const index = indexOf(held)
      const again = await read(await written(index))
      expect(again.of).toMatchObject(of)
      expect(all(again.index)).toEqual(all(index))
      expect(again.index.forms).toBe(index.forms)
    }),
  )
})

test('what is read can be added to and taken from', async () => {
  await fc.assert(
    fc.asyncProperty(anyHeld, anyHeld, async (held, later) => {
      const index = indexOf(held)
      const again = (await read(await written(index))).index
      for (const [at, forms] of later.entries()) {
        const seq = 1 + at * 2
        for (const each of [index, again]) each.put(seq, forms)
        for (const each of [index, again]) each.remove(seq + 1)
      }
      expect(all(again)).toEqual(all(index))
    }),
  )
})

test('pictures put, replaced or removed while it is written are no harm: they are changes of later', async () => {
  await fc.assert(
    fc.asyncProperty(anyHeld, anyHeld, fc.nat(), async (held, later, removed) => {
      const index = indexOf(held)
      const changes = later.map((forms, at) => ({ seq: 1 + at * 3, forms }))
      const gone = held.length === 0 ? 0 : 1 + (removed % held.length)
      let isDone = false
      const file = await written(index, () => {
        if (isDone) return
        isDone = true
        for (const { seq, forms } of changes) index.put(seq, forms)
        // A picture that is forgotten: its row is gone, and nobody tells.
        if (!changes.some(({ seq }) => seq === gone)) index.remove(gone)
      })
      const again = (await read(file)).index
      for (const { seq, forms } of changes) again.put(seq, forms)
      if (!index.has(gone)) again.remove(gone)
      expect(all(again)).toEqual(all(index))
    }),
  )
})

test('a file that is damaged in any place is not believed', async () => {
  const file = await written(indexOf([new Uint8Array(33), new Uint8Array(66).fill(1, 33)]))
  expect((await read(file)).of).toBeDefined()
  for (const bit of [0, 7]) {
    for (let at = 0; at < file.length; at++) {
      const damaged = Uint8Array.from(file)
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
      expect((await read(damaged)).of, `byte ${at}`).toBeUndefined()
    }
  }
})

test('a file of another length is not believed, however short', async () => {
  const file = await written(indexOf([new Uint8Array(33)]))
  for (let length = 0; length < file.length; length++) {
    expect((await read(file.subarray(0, length))).of, `${length} bytes`).toBeUndefined()
  }
  expect((await read(Buffer.concat([file, Buffer.alloc(1)]))).of).toBeUndefined()
})

test('a file that is not wanted is not read any further', async () => {
  const { of: found, index } = await read(await written(indexOf([new Uint8Array(33)])), () => false)
  expect([found, index.forms]).toEqual([undefined, 0])
})

test('more than one block of memory is written and read', async () => {
  const index = createLookIndex()
  for (let seq = 1; seq <= 40_000; seq++) {
    index.put(seq, Buffer.from(`0${seq % 2}${seq.toString(16).padStart(64, '0')}`, 'hex'))
  }
  const again = (await read(await written(index))).index
  const query = [39_999, 40_000].map(seq => ({
    ...everything,
    bits: Buffer.from(seq.toString(16).padStart(64, '0'), 'hex'),
    radiusBits: 1,
  }))
  expect(again.within([query])).toEqual(index.within([query]))
  expect(again.within([query])[0]?.length).toBeGreaterThan(2)
})
