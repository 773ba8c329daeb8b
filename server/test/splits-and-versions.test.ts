/** Splits and versions as the dashboard and the command line use them, over the real server. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SplitDiff, SplitState } from '@gleaner/shared/splits'
import { defaultSplitPlan } from '@gleaner/shared/splits'
import type { VersionDiff, VersionList, VersionSummary } from '@gleaner/shared/versions'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addSplitCommands, planOf } from '../src/cli/commands/splits.ts'
import { addVersionCommands } from '../src/cli/commands/versions.ts'
import { connect } from '../src/cli/connection.ts'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { type RunningServer, startServer } from '../src/main.ts'
import type { OpenDataset } from '../src/store/dataset-store.ts'
import { openHome } from '../src/store/index.ts'
import { verifyDataset } from '../src/store/verify.ts'
import { hold } from './support/split-set.ts'
import { typedCommand } from './support/typed-command.ts'

let home: string
let server: RunningServer
let ids: readonly string[]
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gleaner-split-command-'))
  const open = await openHome({ folder: home, now: Date.now })
  ids = await hold(open.create('Birds') as OpenDataset, 20)
  open.close()
  server = await startServer(readConfig({ home, port: '0' }, {}), createLog(home))
})
afterAll(async () => {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
})

/** @returns what is printed */
const run = (...args: string[]) =>
  typedCommand(
    program => {
      addSplitCommands(program)
      addVersionCommands(program)
    },
    ['--home', home, ...args],
  )
const asJson = async <Answer>(...args: string[]) => JSON.parse(await run('--json', ...args)) as Answer

test('a dataset is split, pinned, versioned, split anew and compared', async () => {
  expect(await run('splits', 'show', 'Birds')).toContain('Nobody has asked for splits yet.')
  expect(await run('splits', 'assign', 'Birds', '--test', '0.2', '--dry-run')).toContain(
    '20 pictures would be split',
  )
  const diff = await asJson<SplitDiff>(
    'splits',
    'assign',
    'Birds',
    '--test',
    '0.2',
    '--folds',
    '3',
    '--seed',
    'a',
  )
  expect(diff).toMatchObject({ assigned: 20, moved: 0, after: [{ train: 14, validation: 2, test: 4 }] })

  const first = await asJson<VersionSummary>(
    'versions',
    'create',
    'Birds',
    'first',
    '--description',
    'As it began',
  )
  expect(first).toMatchObject({ images: 20, splits: { train: 14, test: 4 }, by: 'command line', gone: 0 })
  expect(readdirSync(join(home, 'birds', 'versions'))).toEqual([`${first.digest}.jsonl`])

  await run('splits', 'pin', 'Birds', 'train', ids[0] ?? '')
  const anew = await asJson<SplitDiff>('splits', 'assign', 'Birds', '--seed', 'b', '--rebalance')
  expect(anew.moved).toBeGreaterThan(0)
  const state = await asJson<SplitState>('splits', 'show', 'Birds')
  expect(state).toMatchObject({ plan: { seed: 'b', folds: 3, sizes: { test: 0.2 } }, pinned: 1 })

  const second = await asJson<VersionSummary>('versions', 'create', 'Birds', 'second')
  const [since] = second.certificate.withEarlier
  expect(since).toMatchObject({ name: 'first' })
  expect((since?.trainInTest ?? 0) + (since?.testInTrain ?? 0)).toBeGreaterThan(0)
  const changed = await asJson<VersionDiff>('versions', 'diff', 'Birds', 'first', 'second')
  expect(changed.counts.resplit).toBe(changed.images.length)
  expect(changed.images.every(({ before, after }) => before?.split !== after?.split)).toBe(true)
  expect(await run('versions', 'diff', 'Birds', 'second', `${second.id}`)).toContain('0 resplit')

  expect(await run('versions', 'list', 'Birds')).toMatch(/second[\s\S]*first/)
  expect(await run('versions', 'show', 'Birds', 'second')).toContain('0 pairs of near-duplicates')
  await run('versions', 'delete', 'Birds', 'second')
  expect((await asJson<VersionList>('versions', 'list', 'Birds')).versions).toMatchObject([{ name: 'first' }])
  expect(readdirSync(join(home, 'birds', 'versions'))).toHaveLength(1)
  expect((await verifyDataset(join(home, 'birds'))).findings).toEqual([])
})

test('groups are chosen, listed and let apart', async () => {
  const [one = '', two = ''] = ids
  expect(await run('splits', 'together', 'Birds', one, two, '--name', 'One tree')).toContain('One tree')
  const { groups } = await asJson<{ groups: { id: number }[] }>('splits', 'together', 'Birds')
  expect(await run('splits', 'together', 'Birds', '--apart', `${groups[0]?.id}`)).toContain(
    'No group was chosen.',
  )
})

test('what makes no sense is refused', async () => {
  await expect(run('splits', 'together', 'Birds', ...ids.slice(0, 2))).rejects.toThrow(/--name/)
  await expect(run('splits', 'pin', 'Birds', 'holdout', ids[0] ?? '')).rejects.toThrow(/train/)
  await expect(run('versions', 'show', 'Birds', 'never')).rejects.toMatchObject({
    code: 'PROTOCOL_NOT_FOUND',
  })
  await expect(run('versions', 'create', 'Birds', 'first')).rejects.toMatchObject({
    code: 'VERSION_NAME_TAKEN',
  })
  expect(() => planOf(defaultSplitPlan, { test: 50 })).toThrow(/both/)
  expect(planOf(defaultSplitPlan, { test: 50, validation: 0 }).sizes).toMatchObject({ kind: 'counts' })
})

test('a version gets another name by the API, and nothing else', async () => {
  const speaking = await connect(readConfig({ home, port: '0' }, {}))
  const path = '/api/datasets/birds/versions'
  const { versions } = await speaking.get<VersionList>(path)
  const at = `${path}/${versions[0]?.id}`
  expect(await speaking.patch(at, { name: 'renamed' })).toMatchObject({
    name: 'renamed',
    description: 'As it began',
  })
  await expect(speaking.patch(at, { digest: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'PROTOCOL_INVALID',
  })
  await expect(speaking.get(`${path}/99`)).rejects.toMatchObject({ code: 'PROTOCOL_NOT_FOUND' })
})
