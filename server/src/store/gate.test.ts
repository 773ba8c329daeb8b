import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

/** Work that ends when it is told to. */
function held(log: string[], name: string) {
  let end = () => {}
  const ended = new Promise<void>(resolve => {
    end = resolve
  })
  const work = async () => {
    log.push(`${name} in`)
    await ended
    log.push(`${name} out`)
  }
  return { work, end: () => end() }
}

const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn()
}

test('one who wants to be alone waits for those inside, and keeps others out meanwhile', async () => {
  const gate = createGate()
  const log: string[] = []
  const [one, two, alone, late] = ['one', 'two', 'alone', 'late'].map(name => held(log, name))
  if (!one || !two || !alone || !late) throw new Error('four')
  const all = [gate.shared(one.work), gate.shared(two.work), gate.alone(alone.work), gate.shared(late.work)]
  await turns()
  expect(log).toEqual(['one in', 'two in'])
  one.end()
  await turns()
  expect(log).toEqual(['one in', 'two in', 'one out'])
  two.end()
  await turns()
  expect(log.slice(3)).toEqual(['two out', 'alone in'])
  alone.end()
  late.end()
  await Promise.all(all)
  expect(log.slice(5)).toEqual(['alone out', 'late in', 'late out'])
})

test('those who want to be alone come one after the other, whatever becomes of each', async () => {
  const gate = createGate()
  const log: string[] = []
  const each = (name: string) =>
    gate.alone(async () => {
      log.push(`${name} in`)
      await nextTurn()
      log.push(`${name} out`)
      throw new Error(name)
    })
  const ends = await Promise.allSettled([each('one'), each('two'), gate.shared(async () => log.push('last'))])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(log).toEqual(['one in', 'one out', 'two in', 'two out', 'last'])
})
