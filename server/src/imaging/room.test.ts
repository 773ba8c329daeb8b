import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRoom } from './room.ts'

test('never holds more than there is room for, unless one is alone; everybody gets in, in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      async (weights, picks) => {
        const room = createRoom(100)
        const inside: { readonly at: number; readonly weight: number; readonly giveBack: () => void }[] = []
        const entered: number[] = []
        for (const [at, weight] of weights.entries()) {
          void room.take(weight).then(giveBack => {
            inside.push({ at, weight, giveBack })
            entered.push(at)
          })
        }
        for (let step = 0; step < weights.length; step++) {
          await Promise.resolve()
          const taken = inside.reduce((sum, { weight }) => sum + weight, 0)
          expect(taken <= 100 || inside.length === 1).toBe(true)
          expect(inside.length).toBeGreaterThan(0)
          const pick = (picks.next().value ?? 0) % inside.length
          const [leaver] = inside.splice(pick, 1)
          leaver?.giveBack()
          // Giving back twice must not make room twice.
          leaver?.giveBack()
        }
        expect(entered).toEqual(weights.map((_, at) => at))
      },
    ),
  )
})
