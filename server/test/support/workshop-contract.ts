/** What every workshop has to do, wherever its workers are: described once, held against each. */
import { describe, expect, test, vi } from 'vitest'
import { picture } from './pictures.ts'
import {
  aborted,
  behaving,
  expectPlain,
  never,
  type OpenBench,
  opens,
  patiently,
  pictureJob,
  useBench,
  whoHangs,
} from './workshop-bench.ts'
import { describeFetches } from './workshop-fetches.ts'
import { describeAborts, describeLosses } from './workshop-losses.ts'
import { describePictures } from './workshop-pictures.ts'

export function describeWorkshop(name: string, openBench: OpenBench): void {
  describe(name, () => {
    const means = useBench(openBench)
    describeFetches(means)
    describePictures(means)
    describeLosses(means)
    describeAborts(means)

    test('what goes in and what comes out is plain data', async () => {
      const workshop = await means.open()
      const fetching = means.fetchJob('/redirect/1/one.jpg', { landingUrl: means.host().url('/') })
      const file = await picture(1)
      const opened = await opens(workshop, pictureJob(file))
      expectPlain(fetching)
      expectPlain(await workshop.fetch(fetching, never))
      expectPlain(await workshop.fetch(means.fetchJob('/retry-after/5/1/one.jpg'), never))
      expectPlain(pictureJob(file))
      expectPlain(opened.facts)
      expectPlain(await opened.render())
      const none = await workshop.open(pictureJob(file.subarray(0, 9_000)), never)
      expect(none.kind).toBe('failed')
      expectPlain(none)
    })

    test('closing ends all that is in hand, and nothing begins afterwards', async () => {
      const workshop = await means.openBad({ children: 2 })
      const note = means.note()
      const held = await opens(workshop, behaving('good'))
      const hands = [
        workshop.fetch(means.fetchJob('/drip/50/one.jpg'), never),
        workshop.open(behaving(`hang-once ${note}`), never),
        workshop.open(behaving('good'), never),
      ].map(hand => expect(hand).rejects.toThrow(aborted))
      await whoHangs(note)
      await vi.waitFor(() => expect(means.host().hits()).toBe(1), patiently)
      await workshop.close()
      await Promise.all(hands)
      await expect(held.render()).rejects.toThrow(aborted)
      await expect(workshop.fetch(means.fetchJob('/files/one.jpg'), never)).rejects.toThrow(aborted)
      await expect(workshop.open(behaving('good'), never)).rejects.toThrow(aborted)
      held.release()
    })
  })
}
