import { expect, test } from 'vitest'
import { type ExportRequest, withFix } from './exports.ts'

test('one fix does not undo another, nor what a person asked for', () => {
  const request: ExportRequest = {
    ...{ versionId: 1, format: 'class-folders', name: 'set' },
    ...{ render: { sidePx: 224 }, classNames: { a: 'b' } },
  }
  const fixed = withFix(withFix(request, { render: { format: 'png' } }), {
    classNames: { 'test tube': 'testtube' },
  })
  expect(fixed).toEqual({
    ...{ versionId: 1, format: 'class-folders', name: 'set' },
    ...{ render: { sidePx: 224, format: 'png' }, classNames: { a: 'b', 'test tube': 'testtube' } },
  })
  expect(request.render, 'what was given stays').toEqual({ sidePx: 224 })
})

test('options of another format take the place of those that were given', () => {
  const request: ExportRequest = { versionId: 1, format: 'hf-folder', options: { columns: 'label' } }
  expect(withFix(request, { format: 'hf-parquet', options: {} })).toEqual({
    ...{ versionId: 1, format: 'hf-parquet', options: {} },
  })
  expect(withFix(request, { options: { more: true } }).options).toEqual({ columns: 'label', more: true })
})
