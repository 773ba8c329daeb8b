/**
 * Ten ways in which consumers lose pictures or labels without a word, and the few that hold for every format beside them: what
 * is exported falls into none of them, or it is said before.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportFormat, ExportRequest } from '@gleaner/shared/exports'
import { defaultExportRender, withFix } from '@gleaner/shared/exports'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { holdsSplitWord } from '../src/exports/class-names.ts'
import { createExports } from '../src/exports/exports.ts'
import { createPictureMaker } from '../src/imaging/picture-maker.ts'
import { type MadeUpPicture, madeUpDataset } from './support/exported-dataset.ts'
import { temporaryFolder } from './support/samples.ts'

const maker = createPictureMaker({ children: 1 })
afterAll(maker.close)

const inEverySplit = (label: string, more: Partial<MadeUpPicture> = {}): MadeUpPicture[] =>
  (['train', 'validation', 'test'] as const).map(split => ({ label, split, ...more }))

const usual = [...inEverySplit('cat'), ...inEverySplit('dog')]
type Classes = NonNullable<Parameters<typeof madeUpDataset>[2]>['classes']

/** Looks first, then writes with what fixes what would be lost. @returns what was found, and the folder */
async function exportOf(
  folder: string,
  pictures: readonly MadeUpPicture[],
  wanted: Partial<ExportRequest>,
  classes?: Classes,
) {
  using made = await madeUpDataset(folder, pictures, classes ? { classes } : {})
  const exports = createExports({
    ...{ datasets: () => [made.dataset], maker, now: () => performance.now(), trouble: () => {} },
  })
  let request: ExportRequest = { versionId: 1, format: 'class-folders', ...wanted }
  const { findings } = await exports.preflight(made.dataset.id, request)
  for (const { fix, weight } of findings) if (fix && weight !== 'note') request = withFix(request, fix)
  const left = await exports.preflight(made.dataset.id, request)
  const { id } = await exports.begin(made.dataset.id, request, 'test')
  await exports.idle()
  const ended = exports.list(made.dataset.id).find(one => one.id === id)
  expect(ended).toMatchObject({ state: 'done' })
  const path = join(folder, ended?.path ?? '')
  const files = readdirSync(path, { recursive: true }).map(String).sort()
  const said = (list: typeof findings) =>
    list.filter(({ weight }) => weight !== 'note').map(({ code }) => code)
  return { found: said(findings), left: said(left.findings), findings, path, files }
}

describe('1, 2: split words in names', () => {
  test.each(['class-folders', 'hf-folder', 'jsonl'] as const)('%s', async format => {
    using folder = temporaryFolder()
    const classNames = { cat: 'test tube', dog: 'dev-2' }
    const { found, left, files } = await exportOf(folder.path, usual, { format, classNames })
    expect(found).toContain('EXPORT_CLASS_KEYWORD')
    expect(left).not.toContain('EXPORT_CLASS_KEYWORD')
    const splitFolders = new Set(['train', 'val', 'validation', 'test'])
    const parts = files.filter(path => path.endsWith('.jpg')).flatMap(path => path.split('/'))
    expect(parts.filter(part => holdsSplitWord(part) && !splitFolders.has(part))).toEqual([])
  })
})

test('3, 4: metadata for Hugging Face names every picture, with its label', async () => {
  using folder = temporaryFolder()
  const { path, files } = await exportOf(folder.path, usual, { format: 'hf-folder' })
  const metadata = files.filter(file => /metadata\.(?:jsonl|csv)$/.test(file))
  const text = metadata.map(file => readFileSync(join(path, file), 'utf8')).join('')
  const pictures = files.filter(file => file.endsWith('.jpg')).map(file => file.split('/').at(-1) ?? '')
  expect(pictures).toHaveLength(6)
  expect(pictures.filter(name => !text.includes(name))).toEqual([])
  expect(text).toMatch(/label/)
})

describe('5, 6, 7: extensions that readers pass over, and folders they take for classes', () => {
  test('WebP is told of, and the fix is JPEG', async () => {
    using folder = temporaryFolder()
    const { found, files } = await exportOf(folder.path, usual, { render: { format: 'webp' } })
    expect(found).toContain('EXPORT_WEBP_UNSEEN')
    expect(files.filter(file => /\.(?:webp|avif|heic|gif|tiff?)$/i.test(file))).toEqual([])
    expect(files.filter(file => file.endsWith('.jpg'))).toHaveLength(6)
  })

  test('nothing is hidden, and nothing but pictures of the set has the extension of one', async () => {
    using folder = temporaryFolder()
    const classNames = { cat: '.thumbs' }
    const { found, files } = await exportOf(folder.path, usual, { classNames })
    expect(found).toContain('EXPORT_CLASS_UNSAFE')
    expect(files.filter(file => file.split('/').some(part => part.startsWith('.')))).toEqual([])
    expect(files.filter(file => /\.(?:jpe?g|png)$/.test(file))).toHaveLength(6)
  })
})

test('8: ids of annotations begin at 1', async () => {
  using folder = temporaryFolder()
  const box = { x: 2, y: 2, width: 20, height: 20, label: 'cat', author: 'test' }
  const boxed = [
    ...inEverySplit('cat', { boxes: [box] }),
    ...inEverySplit('dog', { boxes: [{ ...box, label: 'dog' }] }),
  ]
  const { path, files } = await exportOf(folder.path, boxed, { format: 'coco' })
  const sets = files.filter(file => file.startsWith('annotations') && file.endsWith('.json'))
  const ids = sets.flatMap(file =>
    (JSON.parse(readFileSync(join(path, file), 'utf8')).annotations as { id: number }[]).map(({ id }) => id),
  )
  expect(ids).toHaveLength(6)
  expect(Math.min(...ids)).toBe(1)
})

describe('9: pictures that lie on their side', () => {
  test.each(['class-folders', 'coco', 'hf-folder'] as const)('%s', async format => {
    using folder = temporaryFolder()
    const lying = [
      ...inEverySplit('cat', { original: 'lying', width: 160, height: 80 }),
      ...inEverySplit('dog', { original: 'lying', width: 160, height: 80 }),
    ]
    const { path, files } = await exportOf(folder.path, lying, { format, render: { sidePx: 120 } })
    for (const file of files.filter(name => name.endsWith('.jpg'))) {
      const { width, height, orientation, exif } = await sharp(join(path, file)).metadata()
      expect([width, height, orientation, exif]).toEqual([120, 60, undefined, undefined])
    }
  })
})

test.each<ExportFormat>(['webdataset', 'hf-folder', 'class-folders', 'yolo'])(
  '10: names of pictures have one dot (%s)',
  async format => {
    using folder = temporaryFolder()
    const { files } = await exportOf(folder.path, usual, { format })
    const pictures = files.filter(file => file.endsWith('.jpg')).map(file => file.split('/').at(-1) ?? '')
    expect(pictures.filter(name => !/^[0-9a-f]{20}\.jpg$/.test(name))).toEqual([])
  },
)

describe('others', () => {
  test('a class without pictures in one split is left out, for it would change the numbers of all others', async () => {
    using folder = temporaryFolder()
    const pictures: MadeUpPicture[] = [...usual, { label: 'aardvark', split: 'train' }]
    const { found, files } = await exportOf(folder.path, pictures, {})
    expect(found).toEqual(['EXPORT_CLASS_MISSING'])
    expect(files.some(file => file.includes('aardvark'))).toBe(false)
  })

  test('classes that differ in case only go apart', async () => {
    using folder = temporaryFolder()
    const { found, files } = await exportOf(folder.path, usual, { classNames: { cat: 'Cat', dog: 'cat' } })
    expect(found).toEqual(['EXPORT_CLASS_COLLISION'])
    expect(new Set(files.filter(file => file.endsWith('.jpg')).map(file => file.split('/')[1]))).toEqual(
      new Set(['Cat', 'dog']),
    )
  })

  test.each(['con', 'a/b', '🦊'.repeat(3), 'x'.repeat(200)])('a class named %j', async label => {
    using folder = temporaryFolder()
    const pictures = [...inEverySplit(label.replaceAll('/', '')), ...inEverySplit('dog')]
    const classes = [{ label: label.replaceAll('/', ''), folder: 'classic' }, { label: 'dog' }]
    const { left } = await exportOf(folder.path, pictures, {}, classes)
    expect(left).toEqual([])
  })

  test('one class only, and sides below ten pixels, are told of', async () => {
    using folder = temporaryFolder()
    const { found } = await exportOf(folder.path, inEverySplit('cat', { width: 60, height: 9 }), {
      render: { ...defaultExportRender },
    })
    expect(found).toEqual(['EXPORT_ONE_CLASS', 'EXPORT_TINY'])
  })

  test('every JPEG ends as one', async () => {
    using folder = temporaryFolder()
    const { path, files } = await exportOf(folder.path, usual, { render: { sidePx: 32 } })
    const ends = files
      .filter(file => file.endsWith('.jpg'))
      .map(file => readFileSync(join(path, file)).subarray(-2))
    expect(ends.every(end => end.readUInt16BE() === 0xffd9)).toBe(true)
  })
})
