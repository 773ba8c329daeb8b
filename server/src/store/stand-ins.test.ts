import { expect, test } from 'vitest'
import {
  clientId,
  makeBatch,
  makeEnd,
  makeImage,
  openRules,
  temporaryDataset,
} from '../../test/support/samples.ts'
import { openDataset } from './dataset-store.ts'

test('a stand-in is known of its host at once, and after the next start', async () => {
  using made = temporaryDataset()
  const { store, folder } = made
  store.accept(clientId, makeBatch(['https://a.example/1.png']), openRules)
  const lease = store.lease('a.example', Date.now() + 1_000)
  if (!lease) throw new Error('nothing to lease')
  const image = makeImage('logo')
  const { digest } = image.original
  const result = await store.recordImage(lease, image, makeEnd(lease))
  if (result.kind !== 'recorded') throw new Error(result.kind)
  expect(store.standIns.byDigest('a.example', digest)).toBeUndefined()

  store.standIns.add('a.example', result.imageId, digest, 3)
  expect(store.standIns.byDigest('a.example', digest)).toMatchObject({ addresses: 3 })
  expect(store.standIns.byDigest('b.example', digest)).toBeUndefined()
  store.close()

  const again = openDataset({ folder, now: Date.now })
  expect(again.standIns.byDigest('a.example', digest)).toMatchObject({ addresses: 3 })
  expect(again.standIns.ofHost('a.example')).toHaveLength(1)
  again.close()
})
