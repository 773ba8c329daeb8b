import type { Batch } from '@gleaner/shared/collect'
import { expect, test } from 'vitest'
import { newDisk, openStore } from './fake-store.ts'
import { createLedger } from './ledger.ts'

const address = (name: string) => `https://pictures.example/${name}.jpg`
const batchOf = (number: number, ...names: string[]): Batch => ({
  batchId: number.toString(16).padStart(32, '0'),
  dataset: 'Animals',
  class: 'cat',
  origin: { engine: 'lumen' },
  candidates: names.map(name => ({
    sources: [
      { kind: 'original', url: address(name) },
      { kind: 'thumbnail', url: address(`${name}-small`) },
    ],
  })),
})

test('knows every way to a picture that was collected, also after a restart, and nothing else', async () => {
  const disk = newDisk()
  const ledger = createLedger(openStore(disk))
  await ledger.note([batchOf(1, 'cat', 'dog'), batchOf(2, 'owl')])
  const asked = ['cat', 'owl-small', 'fox', 'cat.jpg?x='].map(address)
  const later = createLedger(openStore(disk))
  expect([...(await later.collected(asked))].sort()).toEqual([address('cat'), address('owl-small')])
  expect(JSON.stringify([...disk.items])).not.toContain('pictures.example')
})

test('forgets the oldest batches', async () => {
  const disk = newDisk()
  const ledger = createLedger(openStore(disk))
  for (let number = 0; number < 401; number += 1) await ledger.note([batchOf(number, `n${number}`)])
  const known = await ledger.collected(['n0', 'n1', 'n400'].map(address))
  expect([...known].sort()).toEqual([address('n1'), address('n400')])
  expect(disk.items.size).toBe(401)
})

test('says when the browser cannot keep it', async () => {
  const store = { ...openStore(newDisk()), set: () => Promise.reject(new Error('disk')) }
  const ledger = createLedger(store)
  await expect(ledger.note([batchOf(1, 'cat')])).rejects.toMatchObject({ code: 'HARVEST_OUTBOX_UNWRITABLE' })
})
