/** Decisions about the groups of a dataset, from the command line. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addDuplicateCommands } from '../src/cli/commands/duplicates/duplicates.ts'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { type RunningServer, startServer } from '../src/main.ts'
import { openHome } from '../src/store/index.ts'
import type { HeldPair, ImageId } from '../src/store/types.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from './support/samples.ts'
import { typedCommand } from './support/typed-command.ts'

let home: string
/** Two groups of two. */
let groups: ImageId[][]
/** A picture a person removed. */
let removed: ImageId
let server: RunningServer | undefined
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'gleaner-review-'))
  let nowMs = 1_700_000_000_000
  const open = await openHome({ folder: home, now: () => nowMs++ })
  try {
    open.create('Birds')
    const birds = open.byId('birds')
    if (!birds) throw new Error('no dataset')
    let picture = 0
    const store = async (nearPairs: readonly HeldPair[]) => {
      birds.accept(clientId, makeBatch([`https://a.example/${++picture}.png`], { class: 'robin' }), openRules)
      const lease = birds.lease('a.example', nowMs)
      if (!lease) throw new Error('nothing to lease')
      const result = await birds.recordImage(lease, makeImage(`${picture}`), { ...makeEnd(lease), nearPairs })
      if (result.kind !== 'recorded') throw new Error(result.kind)
      return result.imageId
    }
    groups = []
    for (const _ of [1, 2]) {
      const first = await store([])
      groups.push([first, await store([{ imageId: first, distanceBits: 8, kind: 'crop', difference: 0.02 }])])
      const due = birds.duplicates.due(100)
      const seqs = [...due].sort((a, b) => a - b)
      const [keeper = 0] = seqs
      const members = seqs.map(seq => ({
        seq,
        reasons: [seq === keeper ? 'Shows the most.' : 'Shows less.'],
      }))
      birds.duplicates.regroup(due, [{ kind: 'copies', representative: keeper, keeper, members }])
    }
    removed = await store([])
    await birds.removeImage(removed)
  } finally {
    open.close()
  }
})
afterEach(async () => {
  await server?.stop()
  server = undefined
  rmSync(home, { recursive: true, force: true })
})

/** Where many commands follow on each other: as for a person who has a server running. */
async function serve(): Promise<void> {
  server = await startServer(readConfig({ home, port: '0' }, {}), createLog(home))
}

/** @returns what is printed; where no server runs, one is started for the command */
const run = (...args: string[]) => typedCommand(addDuplicateCommands, ['duplicates', ...args, '--home', home])

const json = async (...args: string[]) => JSON.parse(await run(...args, '--json'))

test('groups are listed, shown with their reasons, decided about, and taken back', async () => {
  await serve()
  const listed = await json('list', 'Birds')
  expect(listed).toMatchObject({ groups: [{ keeperId: groups[0]?.[0] }, { keeperId: groups[1]?.[0] }] })
  const [one, other] = listed.groups.map(({ id }: { id: number }) => `${id}`)

  const shown = await run('show', 'birds', one)
  expect(shown).toContain(`  keep  ${groups[0]?.[0]}  in robin`)
  expect(shown).toContain('one is cropped, 8 bits\n        Shows less.\n')

  expect(await json('accept', 'birds', one)).toMatchObject([{ act: 'keep', removed: 1 }])
  expect(await json('not', 'birds', other)).toMatchObject([{ act: 'not-duplicates', removed: 0 }])
  expect(await run('list', 'birds')).toBe('No group.\n')

  expect(await json('undo', 'birds')).toMatchObject({ act: 'not-duplicates' })
  expect(await run('undo', 'birds')).toBe('Taken back: keep, 1 picture returned.\n')
  await expect(run('undo', 'birds')).rejects.toMatchObject({ code: 'DUPLICATES_NOT_UNDONE' })
})

test('another picture than the proposed one can be kept', async () => {
  await serve()
  const [group] = (await json('list', 'birds')).groups
  const [, second = ''] = groups[0] ?? []
  expect(await json('accept', 'birds', `${group.id}`, '--keep', second)).toMatchObject([{ removed: 1 }])
  await expect(run('show', 'birds', `${group.id}`)).rejects.toMatchObject({ code: 'PROTOCOL_NOT_FOUND' })
})

test('a removed picture may come again when a person says so', async () => {
  expect(await run('revive', 'birds', removed)).toBe('1 address back in the queue.\n')
})

test('what is not there is told', async () => {
  await expect(run('list', 'cats')).rejects.toMatchObject({ code: 'PROTOCOL_NOT_FOUND' })
  await expect(run('show', 'birds', '99')).rejects.toMatchObject({ code: 'PROTOCOL_NOT_FOUND' })
  await expect(run('show', 'birds', 'seven')).rejects.toThrow('no number of a group')
})
