/** Random acts, undone and redone, held to a model that knows nothing of files, candidates or rows. */
import type { Act } from '@gleaner/shared/acts'
import type { ReviewMark } from '@gleaner/shared/gallery'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filesIn, hold } from '../../../test/support/held-copies.ts'
import { temporaryDataset } from '../../../test/support/samples.ts'
import { type OpenDataset, openDataset } from '../dataset-store.ts'
import type { ImageId } from '../types.ts'
import { verifyDataset } from '../verify.ts'

interface State {
  readonly label: string
  readonly isHeld: boolean
  readonly mark: ReviewMark
}
interface Change {
  readonly picture: number
  readonly before: State
  readonly after: State
}

/** What anybody would expect: a list of pictures, what was done to them, and what was undone since. */
function createModel(count: number) {
  const pictures: State[] = Array.from({ length: count }, () => ({
    label: 'robin',
    isHeld: true,
    mark: 'none',
  }))
  const done: Change[][] = []
  const undone: Change[][] = []
  const at = (picture: number) => pictures[picture] ?? { label: '', isHeld: false, mark: 'none' as const }
  return {
    pictures,
    act: (named: readonly number[], become: (state: State) => State) => {
      undone.length = 0
      const changes = named.flatMap((picture): Change[] => {
        const [before, after] = [at(picture), become(at(picture))]
        pictures[picture] = after
        return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ picture, before, after }]
      })
      if (changes.length > 0) done.push(changes)
    },
    undo: (): boolean => {
      const changes = done.pop()
      if (!changes) return false
      for (const { picture, before } of changes) pictures[picture] = before
      undone.push(changes)
      return true
    },
    redo: (): boolean => {
      const changes = undone.pop()
      if (!changes) return false
      for (const { picture, after } of changes) pictures[picture] = after
      done.push(changes)
      return true
    },
  }
}

const count = 5
const some = fc.uniqueArray(fc.nat(count - 1), { minLength: 1, maxLength: count })
const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      label: fc.constantFrom('robin', 'wren', 'Köln'),
      some,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('trash' as const, 'restore' as const), some }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('mark' as const),
      mark: fc.constantFrom('kept' as const, 'none' as const),
      some,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const, 'undo' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let keys = 0
const newKey = () => (++keys).toString(16).padStart(32, '0')

async function take(store: OpenDataset, model: ReturnType<typeof createModel>, ids: ImageId[], one: Step) {
  if (one.kind === 'restart') return
  if (!('some' in one)) {
    const code = one.kind === 'undo' ? 'ACT_NOT_UNDONE' : 'ACT_NOT_REDONE'
    const isThere = model[one.kind]()
    const asked = store.acts[one.kind]({ key: newKey() })
    if (isThere) expect(await asked).toMatchObject({ skipped: 0 })
    else await expect(asked).rejects.toMatchObject({ code })
    return
  }
  const of = { imageIds: one.some.map(picture => ids[picture] ?? '') }
  const act: Act =
    one.kind === 'move'
      ? { kind: 'move', label: one.label, of }
      : one.kind === 'mark'
        ? { kind: 'mark', mark: one.mark, of }
        : { kind: one.kind, of }
  model.act(one.some, state => {
    if (one.kind === 'mark') return { ...state, mark: one.mark }
    if (one.kind === 'move') return state.isHeld ? { ...state, label: one.label } : state
    return { ...state, isHeld: one.kind === 'restore' }
  })
  await store.acts.ask({ key: newKey(), act }, 'test')
}

test('random acts, undone and redone, leave what a simple model says', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24, size: 'max' }), async steps => {
      using made = temporaryDataset()
      const ids: ImageId[] = []
      for (let picture = 0; picture < count; picture += 1) ids.push(await hold(made.store, `p${picture}`))
      const model = createModel(count)
      let store = made.store
      for (const one of steps) {
        if (one.kind === 'restart') {
          store.close()
          store = openDataset({ folder: made.folder, now: Date.now })
          await store.recover()
        }
        await take(store, model, ids, one)
      }
      const kept = new Set(await store.gallery.seqsOf({ marks: ['kept'] }))
      const inTrash = new Set(await store.gallery.seqsOf({ marks: ['kept'], place: 'trash' }))
      const found = ids.map((id, picture) => ({
        label: store.image(id)?.classLabel,
        isHeld: store.heldPicture(id) !== undefined,
        mark: kept.has(picture + 1) || inTrash.has(picture + 1) ? 'kept' : 'none',
      }))
      expect(found).toEqual(model.pictures)
      expect(filesIn(made.folder, 'images')).toHaveLength(
        model.pictures.filter(({ isHeld }) => isHeld).length,
      )
      store.close()
      expect((await verifyDataset(made.folder)).findings).toEqual([])
    }),
    { numRuns: 8 },
  )
})
