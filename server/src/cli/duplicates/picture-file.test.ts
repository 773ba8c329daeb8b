import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { picture } from '../../../test/support/pictures.ts'
import { maxPictureBytes, readPictureFile } from './picture-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-file-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, bytes: Buffer | string) => writeFileSync(join(folder, name), bytes)
const read = (name: string) => readPictureFile(folder, name)

test('a picture is read whole, whatever its name', async () => {
  const bytes = await picture(1)
  write('notes.txt', bytes)
  const file = await read('notes.txt')
  expect(file.kind === 'bytes' && file.bytes.equals(bytes)).toBe(true)
})

test('what has nothing of a picture is passed over without a word', async () => {
  write('notes.txt', 'milk, bread')
  expect(await read('notes.txt')).toEqual({ kind: 'other' })
})

test.each([
  ['page.jpg', '<html><body>', 'IMAGE_NOT_AN_IMAGE', /\(html\)$/],
  ['empty.png', '', 'IMAGE_EMPTY', /empty/],
  ['old.tif', 'II*\0abcdef', 'IMAGE_UNSUPPORTED', /\(tiff\)$/],
  ['nameless', 'II*\0abcdef', 'IMAGE_UNSUPPORTED', /\(tiff\)$/],
])('%s is named with its reason', async (name, bytes, code, reason) => {
  write(name, bytes)
  expect(await read(name)).toMatchObject({ kind: 'unusable', code, reason: expect.stringMatching(reason) })
})

test('a file that became a link since it was found is not opened', async () => {
  write('real.jpg', await picture(1))
  symlinkSync(join(folder, 'real.jpg'), join(folder, 'link.jpg'))
  expect(await read('link.jpg')).toMatchObject({
    kind: 'unusable',
    code: 'UNREADABLE',
    reason: 'It is a link.',
  })
})

test.skipIf(process.platform === 'win32')('a pipe in place of a file keeps nobody waiting', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
  expect(await read('pipe.jpg')).toEqual({ kind: 'other' })
})

test('a file that is gone is named', async () => {
  expect(await read('gone.jpg')).toMatchObject({ kind: 'unusable', code: 'UNREADABLE' })
})

test('a file too large for a picture is not read', async () => {
  write('vast.jpg', await picture(1))
  truncateSync(join(folder, 'vast.jpg'), maxPictureBytes + 1)
  expect(await read('vast.jpg')).toMatchObject({ kind: 'unusable', code: 'TOO_LARGE' })
})
