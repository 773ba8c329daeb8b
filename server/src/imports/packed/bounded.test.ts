import { expect, test } from 'vitest'
import { boundedTold } from './bounded.ts'
import type { Told } from './protocol.ts'

const nothing: Told = { labels: [], split: null, boxes: [], size: null, about: {} }
const box = { label: 'cat', x: 0, y: 0, width: 1, height: 1, unit: 'share' as const }

test('a box without an end is left out, and what else is said is kept', () => {
  const boxes = [{ ...box, x: Number.NEGATIVE_INFINITY }, { ...box, width: Number.POSITIVE_INFINITY }, box]
  expect(boundedTold({ ...nothing, boxes })).toEqual({ ...nothing, boxes: [box] })
})

test('long names are cut between characters, and labels beyond a thousand are left out', () => {
  const long = `${'x'.repeat(199)}🔨🔨`
  const told = boundedTold({
    ...nothing,
    labels: [long, ...Array(2000).fill('cat')],
    boxes: [{ ...box, label: long }],
  })
  expect(told?.labels.length).toBe(1000)
  expect([told?.labels[0], told?.boxes[0]?.label]).toEqual(['x'.repeat(199), 'x'.repeat(199)])
})

test('a digest that is none is left out', () => {
  const digest = 'a'.repeat(64)
  expect(boundedTold({ ...nothing, about: { digest, title: 'A cat' } })?.about).toEqual({
    digest,
    title: 'A cat',
  })
  expect(boundedTold({ ...nothing, about: { digest: digest.repeat(200) } })?.about).toEqual({})
})

test('more than is told of one picture is told of none', () => {
  const boxes = Array(20_000).fill({ ...box, label: 'x'.repeat(150) })
  expect(boundedTold({ ...nothing, boxes })).toBeUndefined()
  expect(boundedTold({ ...nothing, boxes: boxes.slice(0, 1000) })?.boxes.length).toBe(1000)
})
