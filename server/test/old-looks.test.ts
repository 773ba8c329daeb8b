/** Pictures that were stored before there were fingerprints get theirs, and are found to belong together. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fingerprintVersion } from '../src/look/fingerprint.ts'
import type { DatasetStore } from '../src/store/index.ts'
import { type BadHost, startBadHost } from './support/bad-host.ts'
import { jpeg, scene } from './support/copies-run.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

let host: BadHost
let folder: string
beforeAll(async () => {
  const large = await jpeg(await scene(1), 92)
  const crop = sharp(large).extract({ left: 40, top: 30, width: 720, height: 540 })
  const files = { 'large.jpg': large, 'crop.jpg': await jpeg(crop), 'other.jpg': await jpeg(await scene(2)) }
  host = await startBadHost({ files })
  folder = mkdtempSync(join(tmpdir(), 'gleaner-old-looks-'))
}, 60_000)
afterAll(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Takes away what pictures of an earlier version do not have. */
function makeOld(datasetFolder: string) {
  const index = new Database(join(datasetFolder, 'gleaner.db'))
  index.exec(`
    DELETE FROM near_pair; DELETE FROM look_group; DELETE FROM regroup_due; DELETE FROM fingerprint;
    DELETE FROM pixel_copy; UPDATE look SET forms = substr(forms, 1, 33);`)
  index.close()
}

const lacking = ({ duplicates }: DatasetStore) => duplicates.withoutFingerprint(fingerprintVersion, 0, 9)

test.each(['originals', 'filed pictures'])('from %s', async from => {
  const home = join(folder, from.replace(' ', '-'))
  const first = await runIngest({ folder: home })
  first.home.create('Birds').update({
    settings: {
      ...defaultSettings,
      keepOriginals: from === 'originals',
      nearDuplicates: { ...defaultSettings.nearDuplicates, policy: 'keep' },
    },
  })
  const files = ['large', 'crop', 'other']
  const dataset = first.collect(
    files.map(name => candidate([host.url(`/files/${name}.jpg`, `${name}.example`)])),
  )
  await first.settled()
  const [before] = dataset.duplicates.groups({}, { limit: 9 }).groups
  expect(before).toMatchObject({ kind: 'copies', size: 2 })
  await first.stop()
  makeOld(dataset.folder)

  const second = await runIngest({ folder: home })
  const old = second.home.byName('Birds')
  if (!old) throw new Error('no dataset')
  expect(lacking(old)).toHaveLength(3)
  expect(old.duplicates.groups({}, { limit: 9 }).groups).toEqual([])
  second.ingest.wake()
  await second.settled()
  expect(lacking(old)).toEqual([])
  expect(old.duplicates.groups({}, { limit: 9 }).groups).toMatchObject([
    { kind: 'copies', size: 2, keeperId: before?.keeperId },
  ])
  expect(await second.close()).toEqual([])
})
