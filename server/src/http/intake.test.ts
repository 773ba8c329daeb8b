import { expect, test } from 'vitest'
import { clientId, makeBatch, openRules, temporaryFolder } from '../../test/support/samples.ts'
import { openHome } from '../store/index.ts'
import type { FailpointName } from '../store/types.ts'
import { createUndoneBatches, takeBatch } from './intake.ts'

test('a batch that arrives after its undo never stands, not even when the process dies after taking it', async () => {
  using folder = temporaryFolder()
  const options = { folder: folder.path, now: Date.now }
  const failpoint = (name: FailpointName) => {
    if (name === 'accept:after-commit') throw new Error('the process died')
  }
  const home = await openHome({ ...options, failpoint })
  const batch = makeBatch(['https://a.example/1', 'https://a.example/2'])
  const undone = createUndoneBatches()
  undone.add(clientId, [batch.batchId])
  const ingest = {
    activity: () => ({ reason: 'working' as const, queued: 0 }),
    mayAccept: () => true,
    wake: () => {},
  }
  const deps = { home, ingest, rules: openRules, hub: { changed: () => {} }, undone }
  expect(() => takeBatch(deps, clientId, batch)).toThrow('the process died')
  home.close()

  const again = await openHome(options)
  expect(again.progress(clientId, [batch.batchId])).toMatchObject({ queued: 0, cancelled: 2 })
  expect(again.undo(clientId, [batch.batchId]), 'as it is told when asked again').toEqual({
    candidates: 2,
    images: 0,
  })
  again.close()
})
