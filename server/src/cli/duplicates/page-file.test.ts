import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refuseBadTarget, writePage } from './page-file.ts'
import { pageMark } from './report-page.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-page-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function* pieces(...texts: string[]) {
  yield* texts
}

test('a page takes the place of an earlier one', async () => {
  const path = join(folder, 'page.html')
  await writePage(path, pieces(pageMark, 'one'))
  await writePage(path, pieces(pageMark, 'two'))
  expect(readFileSync(path, 'utf8')).toBe(`${pageMark}two`)
  expect(readdirSync(folder)).toEqual(['page.html'])
})

test.each(['', 'my diary', `${pageMark.slice(0, -2)}x`])(
  'a file that is no such page is left alone: %j',
  async text => {
    const path = join(folder, 'diary.html')
    writeFileSync(path, text)
    await expect(refuseBadTarget(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(writePage(path, pieces(pageMark))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(readdirSync(folder)).toEqual(['diary.html'])
  },
)

test('a folder that is not there is told before the work begins', async () => {
  await expect(refuseBadTarget(join(folder, 'nowhere', 'page.html'))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
})

test('a page that breaks off leaves nothing', async () => {
  async function* broken() {
    yield pageMark
    throw new Error('broken')
  }
  await expect(writePage(join(folder, 'page.html'), broken())).rejects.toThrow('broken')
  expect(readdirSync(folder)).toEqual([])
})
