/** Acts on pictures and classes, from the command line. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addActCommands } from '../src/cli/commands/acts.ts'
import { addClassCommands } from '../src/cli/commands/classes.ts'
import { addImageActCommands } from '../src/cli/commands/image-acts.ts'
import { readConfig } from '../src/config.ts'
import { createLog } from '../src/log.ts'
import { type RunningServer, startServer } from '../src/main.ts'
import { openHome } from '../src/store/index.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from './support/samples.ts'
import { typedCommand } from './support/typed-command.ts'

let home: string
let server: RunningServer
const ids: string[] = []
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gleaner-act-command-'))
  const open = await openHome({ folder: home, now: Date.now })
  const birds = open.create('Birds')
  for (const name of ['one', 'two']) {
    birds.accept(clientId, makeBatch([`https://a.example/${name}`], { class: 'robin' }), openRules)
    const lease = birds.lease('a.example', Date.now())
    if (!lease) throw new Error('nothing to lease')
    const result = await birds.recordImage(lease, makeImage(name), makeEnd(lease))
    if (result.kind === 'recorded') ids.push(result.imageId)
  }
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
      addImageActCommands(program.command('images'))
      addClassCommands(program)
      addActCommands(program)
    },
    ['--home', home, ...args],
  )
const foldersOf = () => readdirSync(join(home, 'birds', 'images')).sort()

test('every act of the dashboard has a command', async () => {
  const [one = '', two = ''] = ids
  expect(await run('images', 'mark', 'Birds', 'kept', one)).toContain('Kept 1 picture')
  expect(await run('images', 'move', 'Birds', 'wren', '--mark', 'none')).toContain(
    'Moved 1 picture from robin to wren',
  )
  expect(foldersOf()).toEqual(['robin', 'wren'])
  await expect(run('images', 'trash', 'Birds'), 'nothing says which').rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
  expect(await run('images', 'trash', 'Birds', one, two)).toContain(
    'Moved 2 pictures from several classes to the trash',
  )
  expect(await run('images', 'restore', 'Birds', '--all')).toContain('Put 2 pictures back')
  expect(
    await run('class', 'describe', 'Birds', 'robin', '--color', '#AABBCC', '--parent', 'wren'),
  ).toContain('robin')
  expect(await run('class', 'rename', 'Birds', 'wren', 'Troglodytes')).toContain(
    'Renamed wren to Troglodytes',
  )
  expect(foldersOf()).toEqual(['robin', 'troglodytes'])
  expect(await run('class', 'merge', 'Birds', 'robin', 'Troglodytes')).toContain('1 picture')
  expect(foldersOf()).toEqual(['troglodytes'])
  const listed = await run('acts', 'list', 'Birds', '--limit', '2')
  expect(listed).toContain('Merged robin into Troglodytes')
  expect(listed).toContain('undo takes this back')
  expect(listed).toContain('command line')
  expect(await run('acts', 'undo', 'Birds')).toContain('undone')
  expect(foldersOf()).toEqual(['robin', 'troglodytes'])
  expect(await run('acts', 'redo', 'Birds')).toContain('Merged robin')
  expect(await run('class', 'delete', 'Birds', 'Troglodytes')).toContain('2 pictures to the trash')
  expect(await run('images', 'empty-trash', 'Birds', '--all')).toContain(
    'Removed 2 pictures in the trash for good',
  )
  await expect(run('class', 'delete', 'Birds', 'Troglodytes')).rejects.toMatchObject({
    code: 'PROTOCOL_NOT_FOUND',
  })
})
