/**
 * A process that splits pictures, makes versions and deletes them, until it comes to where it is to be killed. It says
 * each thing when it was told that it is done.
 *
 * Usage: version-worker.ts HOME KILL_AT COUNT
 */
import { writeSync } from 'node:fs'
import { defaultSplitPlan } from '@gleaner/shared/splits'
import type { OpenDataset } from '../../src/store/dataset-store.ts'
import { openHome } from '../../src/store/home.ts'
import type { FailpointName } from '../../src/store/types.ts'
import { hold } from './split-set.ts'

const [, , folder = '', killAt = '', killCount = '1'] = process.argv
const say = (text: string) => void writeSync(1, `${text}\n`)

let passed = 0
function failpoint(name: FailpointName) {
  if (name !== killAt) return
  passed += 1
  if (passed === Number(killCount)) process.kill(process.pid, 'SIGKILL')
}

const by = 'dashboard'
const home = await openHome({ folder, now: Date.now, failpoint })
const store = home.create('Birds') as OpenDataset
const ids = await hold(store, 12)
for (const seed of ['one', 'two']) {
  await store.splits.assign({ plan: { ...defaultSplitPlan, seed }, rebalance: true }, by)
  say(`seed ${seed}`)
  const { id } = await store.versions.create({ name: seed }, by)
  say(`version ${seed}`)
  await hold(store, 1)
  if (seed === 'one') {
    await store.splits.pin({ imageIds: ids.slice(0, 1), split: 'test' }, by)
    continue
  }
  await store.versions.remove(id)
  say(`removed ${seed}`)
}
