import type { Act } from '@gleaner/shared/acts'
import type { GalleryFilter, GalleryImage } from '@gleaner/shared/gallery'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { effectOf, leavesNothing, withoutPlaces } from './laid-over.ts'

const image = (id: string): GalleryImage => ({
  ...{ id, classId: 1, width: 10, height: 10, title: null, isThumbnail: false, storedAtMs: 0 },
  ...{ classLabel: 'lantern', place: 'held', mark: 'none', originalWidth: 10, originalHeight: 10 },
  ...{ host: null, engine: null, scores: null },
})
const classes = [
  { id: 1, label: 'lantern' },
  { id: 2, label: 'lamp' },
]
const under = (act: Act) => [{ key: 'k', deed: { kind: 'act' as const, act }, summary: undefined }]
const shown = (act: Act, id: string, filter: GalleryFilter = {}) =>
  effectOf(under(act), filter, classes)?.(image(id))

describe('an act under way', () => {
  const of = { imageIds: ['a'] }

  test('takes its pictures out of the listing, and no others', () => {
    expect(shown({ kind: 'trash', of }, 'a')).toBeNull()
    expect(shown({ kind: 'trash', of }, 'b')).toMatchObject({ id: 'b' })
    expect(shown({ kind: 'restore', of }, 'a', { place: 'trash' })).toBeNull()
  })

  test('changes what stays in it', () => {
    expect(shown({ kind: 'mark', mark: 'kept', of }, 'a')).toMatchObject({ mark: 'kept' })
    expect(shown({ kind: 'move', label: 'lamp', of }, 'a')).toMatchObject({ classId: 2, classLabel: 'lamp' })
  })

  test('takes out what the filter does not take any more', () => {
    expect(shown({ kind: 'mark', mark: 'kept', of }, 'a', { marks: ['none'] })).toBeNull()
    expect(shown({ kind: 'mark', mark: 'kept', of }, 'a', { marks: ['none', 'kept'] })).not.toBeNull()
    expect(shown({ kind: 'move', label: 'lamp', of }, 'a', { classIds: [1] })).toBeNull()
    expect(shown({ kind: 'move', label: 'lamp', of }, 'a', { classIds: [1, 2] })).not.toBeNull()
    expect(shown({ kind: 'move', label: 'new', of }, 'a', { classIds: [1] })).toBeNull()
  })

  test('about a filter counts where that very filter is shown', () => {
    const filter = { classIds: [1] }
    const act: Act = { kind: 'trash', of: { filter, except: ['b'] } }
    expect(shown(act, 'a', filter)).toBeNull()
    expect(shown(act, 'b', filter)).not.toBeNull()
    expect(shown(act, 'a', {})).not.toBeNull()
    expect(leavesNothing(under(act), filter, classes)).toBe(true)
    expect(leavesNothing(under(act), {}, classes)).toBe(false)
  })

  test('about classes, or taking something back, is not foreseen', () => {
    expect(effectOf(under({ kind: 'delete-class', classId: 1 }), {}, classes)).toBeUndefined()
    const undo = [{ key: 'k', deed: { kind: 'undo' as const }, summary: undefined }]
    expect(effectOf(undo, {}, classes)).toBeUndefined()
  })

  test('follows those before it', () => {
    const acts: Act[] = [
      { kind: 'mark', mark: 'kept', of },
      { kind: 'move', label: 'lamp', of },
    ]
    expect(effectOf(acts.flatMap(under), {}, classes)?.(image('a'))).toMatchObject({
      mark: 'kept',
      classId: 2,
    })
  })
})

test('places without those that leave are counted through, both ways', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.uniqueArray(fc.nat(60)), (total, some) => {
      const gone = some.filter(place => place < total).toSorted((a, b) => a - b)
      const left = Array.from({ length: total }, (_, place) => place).filter(place => !gone.includes(place))
      const shown = withoutPlaces(total, gone)
      expect(shown.total).toBe(left.length)
      expect(left.map((_, place) => shown.toServer(place))).toEqual(left)
      expect(left.map(shown.toShown)).toEqual(left.map((_, place) => place))
    }),
  )
})
