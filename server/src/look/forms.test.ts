import { expect, test } from 'vitest'
import { bordered, scene, seen } from '../../test/support/scenes.ts'
import { formKinds, heldFormBytes } from './fingerprint.ts'
import { areaOf, hitsBetween, queryForms } from './forms.ts'

const kindsOf = (forms: Uint8Array) =>
  Array.from({ length: forms.length / heldFormBytes }, (_, at) => formKinds[forms[at * heldFormBytes] ?? 0])

const bordering = bordered(scene(3), 0.05, 0.05, [255, 255, 255])

test('a picture is held whole, and in windows where it has them', () => {
  expect(kindsOf(seen(scene(3), 120, 120).heldForms)).toEqual(['whole', 'inner'])
  expect(kindsOf(seen(scene(3), 160, 120).heldForms)).toEqual(['whole', 'inner', 'square'])
  expect(kindsOf(seen(bordering, 160, 160).heldForms)).toEqual(['whole', 'trimmed', 'inner'])
})

test('every form that is held or looked up has its place in the frame', () => {
  const picture = seen(bordering, 160, 120)
  const kinds = [...queryForms(picture).map(({ kind }) => kind), 0, 1, 2, 3]
  for (const kind of kinds) expect(areaOf(picture, kind)).toBeDefined()
  expect(areaOf(picture, 99)).toBeUndefined()
})

test('a picture is looked up in every orientation', () => {
  const orientations = queryForms(seen(scene(3))).map(({ orientation }) => orientation)
  expect(new Set(orientations).size).toBe(8)
})

test('a picture without forms is not looked up', () => {
  expect(queryForms({ ...seen(scene(3)), heldForms: new Uint8Array(0) })).toEqual([])
})

test('hits are within their radius, nearest first, among the kinds that were asked for', () => {
  const [whole, edged] = [seen(scene(3), 120, 120), seen(bordering, 120, 120)]
  const hits = hitsBetween(edged, whole)
  expect(hits[0]).toMatchObject({ query: { kind: 1, orientation: 0 }, heldKind: 0 })
  const distances = hits.map(({ distanceBits }) => distanceBits)
  expect(distances).toEqual(distances.toSorted((a, b) => a - b))
  for (const form of queryForms(edged)) {
    const own = hits.filter(({ query }) => query === form)
    for (const hit of own) {
      expect(form.among).toContain(hit.heldKind)
      expect(hit.distanceBits).toBeLessThanOrEqual(form.radiusBits)
    }
  }
})
