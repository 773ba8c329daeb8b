import type { GalleryImage, ReviewMark } from '@gleaner/shared/gallery'
import { expect, test } from 'vitest'
import { createTally } from './tally.ts'
import type { MarkCounts } from './verdict.ts'

const image = (mark: ReviewMark) => ({ id: 'a', mark }) as GalleryImage
const keep = [{ image: image('none'), verdict: { kind: 'keep' } as const }]
const remove = [{ image: image('unsure'), verdict: { kind: 'remove' } as const }]
const settle = () => new Promise(resolve => setTimeout(resolve))

function rig() {
  const waiting: ((counts: MarkCounts) => void)[] = []
  const tally = createTally(() => new Promise(resolve => waiting.push(resolve)))
  return {
    tally,
    async say(none: number, kept: number, unsure: number) {
      waiting.shift()?.({ none, kept, unsure })
      await settle()
    },
  }
}
const open = <T>() => Promise.withResolvers<T>()

test('what is decided counts at once, and once only when the server counts it too', async () => {
  const { tally, say } = rig()
  void tally.refresh()
  await say(10, 0, 1)
  const answer = open<object>()
  tally.add(keep, 1, [answer.promise])
  expect(tally.counts()).toEqual({ none: 9, kept: 1, unsure: 1 })
  answer.resolve({})
  await settle()
  await say(9, 1, 1)
  expect(tally.counts()).toEqual({ none: 9, kept: 1, unsure: 1 })
})

test('an answer that was asked for before a decision was saved does not hold it', async () => {
  const { tally, say } = rig()
  void tally.refresh()
  await say(10, 0, 1)
  const answer = open<object>()
  void tally.refresh()
  tally.add(remove, 1, [answer.promise])
  answer.resolve({})
  await settle()
  await say(10, 0, 1)
  expect(tally.counts()).toEqual({ none: 10, kept: 0, unsure: 0 })
  await say(10, 0, 0)
  expect(tally.counts()).toEqual({ none: 10, kept: 0, unsure: 0 })
})

test('what is taken back or refused counts no more', async () => {
  const { tally, say } = rig()
  void tally.refresh()
  await say(10, 0, 1)
  tally.add(keep, 1, [open().promise])
  tally.add(keep, -1, [open().promise])
  expect(tally.counts()).toEqual({ none: 10, kept: 0, unsure: 1 })
  tally.add(keep, 1, [Promise.resolve(undefined)])
  await settle()
  await say(10, 0, 1)
  expect(tally.counts()).toEqual({ none: 10, kept: 0, unsure: 1 })
})
