import type { ExportFormatInfo, ExportRequest, Finding } from '@gleaner/shared/exports'
import { expect, test } from 'vitest'
import { inFormat, optionFields, ranked, renderOf } from './request.ts'

const request: ExportRequest = {
  ...{ versionId: 1, format: 'class-folders', container: 'tgz', name: 'set' },
  ...{ render: { sidePx: 224 }, options: { validationFolder: 'val' }, classNames: { a: 'b' } },
}

test('another format keeps the wishes about pictures, and a container only where it is offered', () => {
  const info = { title: '', readBy: '', options: {} }
  const coco: ExportFormatInfo = { ...info, format: 'coco', containers: ['folder', 'tgz'] }
  expect(inFormat(request, coco)).toEqual({
    ...{ versionId: 1, format: 'coco', container: 'tgz', render: { sidePx: 224 } },
  })
  expect(inFormat(request, { ...coco, containers: ['folder'] }).container).toBe('folder')
})

test('what is not wished for is as usual', () => {
  expect(renderOf(request)).toMatchObject({ sidePx: 224, fit: 'inside', format: 'jpeg' })
})

test('options become fields by their schema', () => {
  const fields = optionFields({
    properties: {
      folder: { enum: ['val', 'validation'], title: 'Folder', default: 'val' },
      shardMiB: { type: 'integer', minimum: 1, maximum: 9, default: 5 },
      bom: { type: 'boolean', default: false },
      bucket: { type: 'string' },
    },
  })
  expect(fields.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    ...['folder choice', 'shardMiB number', 'bom switch', 'bucket text'],
  ])
  expect(fields[0]).toMatchObject({ title: 'Folder', choices: ['val', 'validation'], usual: 'val' })
  expect(fields[1]).toMatchObject({ title: 'shardMiB', min: 1, max: 9 })
  expect(optionFields(undefined)).toEqual([])
})

test('what stops an export stands first', () => {
  const of = (weight: Finding['weight'], count: number): Finding => ({
    ...{ code: '', weight, count, say: '', hint: '', examples: [], fix: null },
  })
  const order = ranked([of('note', 9), of('lost', 1), of('lost', 5), of('refused', 1)])
  expect(order.map(({ weight, count }) => `${weight} ${count}`)).toEqual([
    'refused 1',
    'lost 5',
    'lost 1',
    'note 9',
  ])
})
