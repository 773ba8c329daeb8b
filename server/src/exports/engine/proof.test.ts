/** What a format says it keeps has to be read back: every format is proved, and once more with a reader that loses something. */
import { writeFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportFormat } from '@gleaner/shared/exports'
import { describe, expect, test } from 'vitest'
import { exported, madeUpSet } from '../../../test/support/export-set.ts'
import { type Asked, readRequest } from '../asked.ts'
import type { ExportPicture, ExportSet, ReadPicture } from '../exporter.ts'
import { exporters } from '../registry.ts'
import { proveSet } from './proof.ts'
import { recordFile } from './record.ts'
import type { WrittenFile } from './set-sink.ts'

const small = {
  classes: [
    { label: 'cat', counts: [1, 1, 1] as const },
    { label: 'dog', counts: [1, 1, 1] as const },
  ],
}

/** Options under which boxes are kept, where those that are usual keep none. */
const given: Partial<Record<ExportFormat, Readonly<Record<string, unknown>>>> = {
  'ground-truth': { bucket: 's3://my-bucket', task: 'boxes' },
  vertex: { bucket: 'gs://my-bucket', task: 'boxes' },
  yolo: { standIn: 'train' },
  'mnist-idx': { sidePx: 28 },
}
const askedFor = (format: ExportFormat, options = given[format] ?? {}): Asked =>
  readRequest({ versionId: 1, format, options })

const setFor = ({ exporter, render }: Asked): Promise<ExportSet> => {
  const isSquare = exporter.keeps === 'pixels'
  const side = render.sidePx ?? 32
  const size = isSquare ? { width: side, height: side } : { width: 41, height: 30 }
  return madeUpSet({ ...small, ...size, isGrey: render.isGrey, format: render.format, hasBoxes: true })
}

/** Writes the set, and proves it with a reader that changes what it finds. */
async function proved(asked: Asked, set: ExportSet, change = (found: ReadPicture): ReadPicture => found) {
  const { exporter, options } = asked
  const { folder } = await exported(exporter, set, options)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  writeFileSync(join(folder, recordFile), '{}')
  const files = async function* (): AsyncGenerator<WrittenFile> {
    for (const entry of entries.filter(one => one.isFile())) {
      const path = join(entry.parentPath, entry.name)
      yield { path: path.slice(folder.length + 1), sizeBytes: (await stat(path)).size, digest: '' }
    }
  }
  const read: typeof exporter.read = async function* (from, by) {
    for await (const found of exporter.read(from, by)) yield change(found)
  }
  const { signal } = new AbortController()
  const prepared = { ...set, isFiled: () => false }
  return proveSet({
    asked: { ...asked, exporter: { ...exporter, read } },
    set: prepared,
    files,
    folder,
    copies: undefined,
    step: () => {},
    signal,
  })
}

const withBoxes = (
  set: ExportSet,
  change: (picture: ExportPicture) => ExportPicture['boxes'],
): ExportSet => ({
  ...set,
  pictures: async function* (of) {
    for await (const picture of set.pictures(of)) yield { ...picture, boxes: change(picture) }
  },
})

const failed = { code: 'EXPORT_PROOF_FAILED' }

describe.each(exporters.map(({ format }) => format))('%s', format => {
  const asked = askedFor(format)
  const marks = asked.exporter.marks(asked.options)

  test('what is read back is all of it', async () => {
    expect(await proved(asked, await setFor(asked))).toMatchObject({ images: 6 })
  })

  test.runIf(marks.boxes !== 'none')('a reader that finds no boxes at all proves nothing', async () => {
    const read = proved(asked, await setFor(asked), ({ boxes: _, ...found }) => found)
    await expect(read).rejects.toMatchObject({ ...failed, facts: { what: 'pictures with boxes', found: 0 } })
  })

  test.runIf(marks.classes)('a reader that finds no classes, or loses one, proves nothing', async () => {
    const set = await setFor(asked)
    const none = proved(asked, set, found => ({ ...found, label: null }))
    await expect(none).rejects.toMatchObject({ ...failed, facts: { what: 'number of classes', found: 0 } })
    let isFirst = true
    const one = proved(asked, set, found => {
      const label = isFirst ? null : found.label
      isFirst = false
      return { ...found, label }
    })
    await expect(one).rejects.toMatchObject({ ...failed, facts: { what: 'number of classes', found: 5 } })
  })
})

test('boxes that nobody has drawn prove nothing, even where others are lost', async () => {
  const asked = askedFor('coco')
  const box = { label: 'cat', x: 1, y: 1, width: 5, height: 5 }
  const read = proved(asked, await setFor(asked), found => ({
    ...found,
    boxes: found.boxes?.length ? [] : [box],
  }))
  await expect(read).rejects.toMatchObject({ ...failed, facts: { expected: '[]' } })
})

test.each(['coco', 'yolo', 'voc'] as const)(
  '%s: boxes round whole pictures are compared as well',
  async format => {
    const asked = askedFor(format, { ...given[format], unboxed: 'full' })
    const set = await setFor(asked)
    expect(await proved(asked, set)).toMatchObject({ images: 6 })
    const read = proved(asked, set, found => ({
      ...found,
      boxes: found.boxes?.length === 1 ? [] : (found.boxes ?? []),
    }))
    await expect(read).rejects.toMatchObject({ ...failed, facts: { what: 'pictures with boxes' } })
  },
)

test('a box drawn twice is found twice, but once in a format that has each once', async () => {
  for (const format of ['coco', 'yolo'] as const) {
    const asked = askedFor(format)
    const set = withBoxes(await setFor(asked), ({ boxes }) => [...boxes, ...boxes.slice(0, 1)])
    expect(await proved(asked, set)).toMatchObject({ images: 6 })
  }
})
