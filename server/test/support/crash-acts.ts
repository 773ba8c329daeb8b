/** What a person does to pictures and classes, by chance, in a process that is killed at any moment. */
import type { Act } from '@gleaner/shared/acts'
import type { DatasetStore, ImageId } from '../../src/store/types.ts'

interface Chance {
  /** A whole number from 0 up to, not including, `end`. */
  readonly below: (end: number) => number
  readonly say: (ack: { readonly kind: 'removing' | 'removed'; readonly imageId: ImageId }) => void
}

const names = ['robin', 'wren', 'test tube', 'Köln', 'finch', 'Rotkehlchen'] as const

export function createCrashActs({ below, say }: Chance) {
  const newKey = () => Array.from({ length: 32 }, () => below(16).toString(16)).join('')
  const some = (store: DatasetStore): ImageId[] => {
    const looks = store.looks()
    const from = below(Math.max(1, looks.length))
    return looks.slice(from, from + 1 + below(6)).map(({ imageId }) => imageId)
  }
  const name = () => names[below(names.length)] ?? 'robin'

  const actOnPictures = async (store: DatasetStore): Promise<Act | undefined> => {
    const imageIds = some(store)
    if (imageIds.length === 0) return undefined
    const of = { imageIds }
    const dice = below(6)
    if (dice < 2) return { kind: 'move', label: name(), of }
    if (dice < 4) return { kind: 'trash', of }
    if (dice === 4) return { kind: 'restore', of: { filter: { place: 'trash' } } }
    return { kind: 'mark', mark: below(2) === 0 ? 'kept' : 'none', of }
  }

  const actOnClass = (store: DatasetStore): Act | undefined => {
    const classes = store.classes()
    const [one, other] = [classes[below(classes.length)], classes[below(classes.length)]]
    if (!one || !other) return undefined
    const dice = below(6)
    if (dice < 4) return { kind: 'rename-class', classId: one.id, label: name() }
    if (dice === 4) return { kind: 'delete-class', classId: one.id }
    return one.id === other.id ? undefined : { kind: 'merge-class', classId: one.id, intoClassId: other.id }
  }

  const ask = async (store: DatasetStore, act: Act | undefined): Promise<void> => {
    if (act) await store.acts.ask({ key: newKey(), act }, 'test')
  }

  return {
    actOne: async (store: DatasetStore): Promise<void> => {
      const dice = below(8)
      if (dice < 2) await store.acts.undo({ key: newKey() })
      else if (dice === 2) await store.acts.redo({ key: newKey() })
      else await ask(store, await actOnPictures(store))
    },
    actOnClass: (store: DatasetStore): Promise<void> => ask(store, actOnClass(store)),
    /** To the trash, and out of it for good, unless another hand puts it back in between. */
    removeOne: async (store: DatasetStore): Promise<void> => {
      const [imageId] = some(store)
      if (!imageId) return
      say({ kind: 'removing', imageId })
      await store.removeImage(imageId)
      const { done } = await store.acts.emptyTrash({ key: newKey(), of: { imageIds: [imageId] } }, 'test')
      if (done === 1) say({ kind: 'removed', imageId })
    },
  }
}

/** What acts may answer when another hand was faster. */
export const actRefusals = [
  'ACT_NOT_UNDONE',
  'ACT_NOT_REDONE',
  'ACT_UNDER_WAY',
  'CLASS_EXISTS',
  'DUPLICATES_CHANGED',
  'DUPLICATES_NOT_UNDONE',
  'PROTOCOL_NOT_FOUND',
]
