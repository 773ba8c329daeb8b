/** What an act wants of a picture, as that is now. */
import type { ActKind } from '@gleaner/shared/acts'
import type { ReviewMark } from '@gleaner/shared/gallery'
import type { About } from './act-log.ts'
import type { Change, Picture } from './pictures.ts'

type Plan = (picture: Picture) => Change | undefined

const toTrash: Change = { of: 'place', before: 'held', after: 'trash' }
const fromTrash: Change = { of: 'place', before: 'trash', after: 'held' }

/** @returns for each picture what changes; nothing where it is so already, or is not there */
export function planOf(kind: ActKind, { mark, classId, intoClassId }: About): Plan {
  switch (kind) {
    case 'mark': {
      const after = (mark ?? 'none') as ReviewMark
      return ({ mark: before }) => (before === after ? undefined : { of: 'mark', before, after })
    }
    case 'move':
      return ({ place, classId: before }) => (place === 'held' ? toClass(before, intoClassId) : undefined)
    case 'merge-class':
      return ({ classId: before }) => (before === classId ? toClass(before, intoClassId) : undefined)
    case 'trash':
      return ({ place }) => (place === 'held' ? toTrash : undefined)
    case 'delete-class':
      return picture => (picture.place === 'held' && picture.classId === classId ? toTrash : undefined)
    case 'restore':
      return ({ place }) => (place === 'trash' ? fromTrash : undefined)
    default:
      return () => undefined
  }
}

function toClass(before: number, after: number | undefined): Change | undefined {
  return after === undefined || before === after ? undefined : { of: 'class', before, after }
}

/** Done again, where the picture is as the act found it. */
export function again(change: Change): Plan {
  return picture => (isAt(picture, change.of) === change.before ? change : undefined)
}

/** Taken back, where the picture is as the act left it. */
export function back(change: Change): Plan {
  const { before, after } = change
  return again({ ...change, before: after, after: before } as Change)
}

function isAt(picture: Picture, of: Change['of']) {
  return of === 'class' ? picture.classId : of === 'place' ? picture.place : picture.mark
}
