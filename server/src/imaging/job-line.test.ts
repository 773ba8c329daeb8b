import { expect, test } from 'vitest'
import { createJobLine, type JobRequest } from './job-line.ts'

const request = (job: number): JobRequest => ({ kind: 'pixels', job, bytes: new Uint8Array(), isGrey: false })
const turn = () => new Promise(resolve => setImmediate(resolve))

function line() {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const jobs = createJobLine(({ job }) => {
    begun.push(job)
    return new Promise(resolve => ends.push(resolve))
  })
  const end = async () => {
    ends.shift()?.()
    await turn()
    await turn()
  }
  return { ...jobs, begun, end }
}

test('jobs are begun one after the other, in the order they came', async () => {
  const { add, begun, end } = line()
  for (const job of [1, 2, 3]) add(request(job))
  expect(begun).toEqual([1])
  await end()
  expect(begun).toEqual([1, 2])
  await end()
  await end()
  add(request(4))
  expect(begun).toEqual([1, 2, 3, 4])
})

test('a job can be withdrawn until it has begun', async () => {
  const { add, withdraw, begun, end } = line()
  for (const job of [1, 2, 3]) add(request(job))
  expect([1, 2, 9].map(withdraw)).toEqual([false, true, false])
  await end()
  expect(begun).toEqual([1, 3])
})
