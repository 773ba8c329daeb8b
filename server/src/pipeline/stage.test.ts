import { expect, test, vi } from 'vitest'
import type { Stage, StageContext } from './stage.ts'
import { Pipeline, stop } from './stage.ts'
import type { Verdict } from './verdict.ts'

interface Text {
  readonly text: string
}
interface Length {
  readonly length: number
}

const measure: Stage<Text, Length> = { name: 'measure', run: async ({ text }) => ({ length: text.length }) }
const double: Stage<Length, Length> = { name: 'double', run: async ({ length }) => ({ length: length * 2 }) }
const verdict: Verdict = { kind: 'recorded' }

const contextWith = (signal = new AbortController().signal) => ({ signal }) as StageContext

test('each stage takes what the one before it gives', async () => {
  const pipeline = Pipeline.from<Text>().through(measure).through(double)
  expect(await pipeline.run({ text: 'four' }, contextWith())).toEqual({ length: 8 })
})

test('a stop ends the journey', async () => {
  const after = vi.fn(double.run)
  const pipeline = Pipeline.from<Text>()
    .through<Length>({ name: 'stop', run: async () => stop(verdict) })
    .through({ name: 'after', run: after })
  expect(await pipeline.run({ text: '' }, contextWith())).toEqual({ kind: 'stop', verdict })
  expect(after).not.toHaveBeenCalled()
})

test('an abort is noticed between two stages', async () => {
  const aborter = new AbortController()
  const after = vi.fn(double.run)
  const pipeline = Pipeline.from<Text>()
    .through<Length>({
      name: 'abort',
      run: async () => {
        aborter.abort(new Error('stopping'))
        return { length: 1 }
      },
    })
    .through({ name: 'after', run: after })
  await expect(pipeline.run({ text: '' }, contextWith(aborter.signal))).rejects.toThrow('stopping')
  expect(after).not.toHaveBeenCalled()
})

test('stages that do not fit do not compile', () => {
  const texts = Pipeline.from<Text>()
  // @ts-expect-error double takes a length, not a text
  texts.through(double)
  // @ts-expect-error measure takes a text, not a length
  texts.through(measure).through(measure)
  // @ts-expect-error a stage that needs more than it is given does not fit either
  texts.through<Length>({ name: 'more', run: async (input: Text & Length) => ({ length: input.length }) })
  expect(texts).toBeInstanceOf(Pipeline)
})
