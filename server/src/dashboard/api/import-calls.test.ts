import { expect, test } from 'vitest'
import { importCalls } from './import-calls.ts'
import type { Query } from './paths.ts'

test('a file is handed over part by part, each told where it belongs', async () => {
  const parts: { readonly query: Query; readonly sizeBytes: number }[] = []
  const never = () => Promise.reject(new Error('not asked for'))
  const calls = importCalls(never, never, async <T>(_path: string, query: Query, bytes: Blob) => {
    parts.push({ query, sizeBytes: bytes.size })
    return { upload: 'f'.repeat(32), sizeBytes: 0 } as T
  })
  const told: number[] = []
  const mebibyte = 1024 ** 2
  const upload = await calls.upload(new Blob([new Uint8Array(17 * mebibyte)]), sent => void told.push(sent))
  expect(upload).toBe('f'.repeat(32))
  expect(parts).toEqual([
    { query: { offset: 0, upload: undefined }, sizeBytes: 8 * mebibyte },
    { query: { offset: 8 * mebibyte, upload }, sizeBytes: 8 * mebibyte },
    { query: { offset: 16 * mebibyte, upload }, sizeBytes: mebibyte },
  ])
  expect(told).toEqual([8, 16, 17].map(size => size * mebibyte))
})
