import { AppError, catalogue } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { reasonOf, reasonOfError, shownReason } from './reasons.ts'

test('known codes have a sentence and a hint, others stand for themselves', () => {
  expect(reasonOf('DOWNLOAD_DNS')).toBe(catalogue.DOWNLOAD_DNS)
  expect(reasonOf('FROM_THE_FUTURE')).toEqual({ say: 'FROM_THE_FUTURE', hint: '' })
  expect(reasonOf('toString').hint).toBe('')
})

test('any error has a sentence', () => {
  expect(reasonOfError(new AppError('DATASET_EXISTS')).say).toBe(catalogue.DATASET_EXISTS.say)
  expect(reasonOfError(new TypeError('x')).say).toBe(catalogue.PROTOCOL_INTERNAL.say)
})

test('short pauses count as work, long ones do not', () => {
  const host = { host: 'a.example', queued: 3, inHand: 0 }
  const activity = (...waits: number[]) => ({
    reason: 'hosts-backing-off' as const,
    perSecond: 1,
    hosts: waits.map(waitMs => ({ ...host, waitMs })),
  })
  expect(shownReason(activity(60_000, 300))).toBe('working')
  expect(shownReason(activity(60_000, 2000))).toBe('hosts-backing-off')
  expect(shownReason({ ...activity(0), perSecond: 0 })).toBe('hosts-backing-off')
  expect(shownReason({ ...activity(0), reason: 'disk-full' })).toBe('disk-full')
})
