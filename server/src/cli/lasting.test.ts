import { expect, test } from 'vitest'
import type { VerifyReport } from '../store/index.ts'
import { lastingFindings } from './lasting.ts'

const finding = (kind: 'orphan' | 'leftover' | 'image-missing', at: string) => ({
  kind,
  at,
  detail: 'Wrong.',
})

/** Reports in turn, and how often a pause came before the next. */
function looking(...rounds: VerifyReport['findings'][]) {
  const steps: string[] = []
  const look = async (): Promise<VerifyReport> => {
    const findings = rounds[steps.filter(step => step === 'look').length] ?? []
    steps.push('look')
    return { folder: '/birds', findings, images: steps.length, originals: 0, candidates: 0, batches: 0 }
  }
  return { steps, look, pause: async () => void steps.push('pause') }
}

test('what was on its way is dropped, whatever else came on its way meanwhile', async () => {
  const { steps, look, pause } = looking(
    [finding('leftover', '.work/1'), finding('orphan', 'images/wren/a.jpg')],
    [finding('leftover', '.work/2')],
  )
  expect((await lastingFindings(look, pause)).findings).toEqual([])
  expect(steps).toEqual(['look', 'pause', 'look'])
})

test('what stays wrong is kept, as it was found last', async () => {
  const lost = finding('image-missing', 'images/wren/b.jpg')
  const { look, pause } = looking([finding('leftover', '.work/1'), lost], [lost])
  expect(await lastingFindings(look, pause)).toMatchObject({ findings: [lost], images: 3 })
})

test('another trouble at the same place is another trouble', async () => {
  const { look, pause } = looking([finding('orphan', 'a')], [finding('image-missing', 'a')])
  expect((await lastingFindings(look, pause)).findings).toEqual([])
})

test('what is sound is not looked at twice', async () => {
  const { steps, look, pause } = looking([])
  await lastingFindings(look, pause)
  expect(steps).toEqual(['look'])
})
