import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/support/samples.ts'
import { createUploads, uploadLimits } from './uploads.ts'

const part = (upload: string | undefined, offset: number, text: string) => ({
  ...{ upload, offset },
  body: Readable.from([Buffer.from(text)]),
})
const always = () => true

test('parts follow each other, and one that is sent again takes its own place', async () => {
  using folder = temporaryFolder()
  const uploads = createUploads(folder.path)
  const { upload } = await uploads.take(part(undefined, 0, 'first '), always)
  await uploads.take(part(upload, 6, 'secnd'), always)
  expect(await uploads.take(part(upload, 6, 'second'), always)).toEqual({ upload, sizeBytes: 12 })
  expect(readFileSync(uploads.pathOf(upload) ?? '', 'utf8')).toBe('first second')
  await expect(uploads.take(part(upload, 13, 'x'), always)).rejects.toMatchObject({
    code: 'PROTOCOL_INVALID',
  })
  await uploads.remove(upload)
  expect(uploads.pathOf(upload)).toBeUndefined()
  await expect(uploads.take(part(upload, 0, 'x'), always)).rejects.toMatchObject({
    code: 'PROTOCOL_NOT_FOUND',
  })
})

test('of a part that is cut off, too large, or finds no room nothing is kept', async () => {
  using folder = temporaryFolder()
  const uploads = createUploads(folder.path)
  const { upload } = await uploads.take(part(undefined, 0, 'first'), always)
  const cut = Readable.from(
    (async function* () {
      yield Buffer.from('half')
      throw new Error('gone')
    })(),
  )
  await expect(uploads.take({ upload, offset: 5, body: cut }, always)).rejects.toMatchObject({
    code: 'PROTOCOL_INVALID',
  })
  const large = Readable.from([Buffer.alloc(uploadLimits.partBytes), Buffer.alloc(1)])
  await expect(uploads.take({ upload, offset: 5, body: large }, always)).rejects.toMatchObject({
    code: 'IMPORT_TOO_LARGE',
  })
  await expect(uploads.take(part(upload, 5, 'x'), () => false)).rejects.toMatchObject({
    code: 'PROTOCOL_BUSY',
  })
  expect(readFileSync(uploads.pathOf(upload) ?? '', 'utf8')).toBe('first')
})

test('names that are none of ours lead nowhere, and what nobody took up goes after a day', async () => {
  using folder = temporaryFolder()
  const { upload } = await createUploads(folder.path).take(part(undefined, 0, 'x'), always)
  const uploads = createUploads(folder.path)
  for (const name of ['../lock.db', '', '.', upload.toUpperCase() === upload ? 'g' : upload.toUpperCase()]) {
    expect(uploads.pathOf(name)).toBeUndefined()
  }
  expect(uploads.pathOf(upload)).toBeDefined()
  const later = createUploads(folder.path, () => Date.now() + uploadLimits.keptMs + 60_000)
  expect(later.pathOf(upload)).toBeUndefined()
})
