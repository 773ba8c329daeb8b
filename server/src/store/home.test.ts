import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clientId, makeBatch, openRules, temporaryFolder } from '../../test/support/samples.ts'
import { openHome } from './home.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const now = Date.now

test('a new home is private and empty; datasets come with the first batch and stay', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'deep', 'home')
  const home = await openHome({ folder, now })
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(home.serverFolder).mode & 0o777).toBe(0o700)
  expect(home.datasets()).toEqual([])
  const batch = makeBatch(['https://a.example/1'], { dataset: 'Garden Birds' })
  const receipt = home.accept(clientId, batch, openRules)
  expect(receipt.datasetId).toBe('garden_birds')
  expect(home.byName(' Garden  Birds ')?.id).toBe('garden_birds')
  expect(home.progress(clientId, [batch.batchId])).toMatchObject({ queued: 1 })
  home.close()

  const again = await openHome({ folder, now })
  expect(again.datasets().map(dataset => dataset.name())).toEqual(['Garden Birds'])
  expect(again.accept(clientId, batch, openRules)).toEqual(receipt)
  expect(again.recovered.get('garden_birds')).toMatchObject({ freedLeases: 0, orphans: 0 })
  again.close()
})

test('names are unique, folders too', async () => {
  using root = temporaryFolder()
  const home = await openHome({ folder: join(root.path, 'home'), now })
  expect(home.create('test').id).toBe('test')
  expect(home.create('Test').id).toMatch(/^test-[0-9a-f]{6}$/)
  expect(home.create('猫').id).toMatch(/^dataset-[0-9a-f]{6}$/)
  expect(() => home.create(' test ')).toThrow(code('DATASET_EXISTS'))
  expect(() => home.create('\u202e')).toThrow(code('DATASET_NAME_INVALID'))
  expect(() => home.byName('Test')?.update({ name: 'test' })).toThrow(code('DATASET_EXISTS'))
  expect(home.datasets()).toHaveLength(3)
  home.close()
})

test('a batch sent again after its dataset was renamed is still known; with another dataset it is refused', async () => {
  using root = temporaryFolder()
  const home = await openHome({ folder: join(root.path, 'home'), now })
  const batch = makeBatch(['https://a.example/1'], { dataset: 'Birds' })
  const receipt = home.accept(clientId, batch, openRules)
  home.byName('Birds')?.update({ name: 'Vögel' })
  expect(home.accept(clientId, batch, openRules)).toEqual(receipt)
  expect(home.datasets()).toHaveLength(1)
  expect(() => home.accept(clientId, { ...batch, dataset: 'Other' }, openRules)).toThrow(
    code('PROTOCOL_CONFLICT'),
  )
  home.close()
})

test('a home that is a link, or that others can read, is refused', async () => {
  using root = temporaryFolder()
  const real = join(root.path, 'real')
  mkdirSync(real, { mode: 0o700 })
  symlinkSync(real, join(root.path, 'link'))
  await expect(openHome({ folder: join(root.path, 'link'), now })).rejects.toThrow(code('CONFIG_HOME_UNSAFE'))
  chmodSync(real, 0o755)
  await expect(openHome({ folder: real, now })).rejects.toMatchObject({
    code: 'CONFIG_HOME_UNSAFE',
    facts: { fix: `chmod 700 ${real}` },
  })
  const odd = join(root.path, "odd 'name")
  mkdirSync(odd, { mode: 0o755 })
  await expect(openHome({ folder: odd, now })).rejects.toMatchObject({
    facts: { fix: `chmod 700 '${root.path}/odd '\\''name'` },
  })
  expect(readdirSync(real)).toEqual([])
  writeFileSync(join(root.path, 'file'), '')
  await expect(openHome({ folder: join(root.path, 'file'), now })).rejects.toThrow(code('CONFIG_HOME_UNSAFE'))
})

test('a broken dataset is named and does not keep the others from being used', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  const home = await openHome({ folder, now })
  home.create('Good')
  home.close()
  mkdirSync(join(folder, 'bad'), { mode: 0o700 })
  writeFileSync(join(folder, 'bad', 'gleaner.db'), 'x'.repeat(5000))
  mkdirSync(join(folder, 'notes'))
  mkdirSync(join(folder, '.gleaner', 'new-half'))
  const again = await openHome({ folder, now })
  expect(again.datasets().map(({ id }) => id)).toEqual(['good'])
  expect(again.broken()).toMatchObject([{ id: 'bad', error: { code: 'STORE_DAMAGED' } }])
  expect(existsSync(join(folder, '.gleaner', 'new-half'))).toBe(false)
  expect(() => again.create('Bad')).toThrow(code('STORE_DAMAGED'))
  const batch = makeBatch(['https://a.example/1'], { dataset: 'Bad' })
  expect(() => again.accept(clientId, batch, openRules)).toThrow(code('STORE_DAMAGED'))
  expect(again.create('Bad news').id).toBe('bad_news')
  expect(again.create('notes').id).toMatch(/^notes-/)
  again.close()
})

test('a copied dataset can be told from the one it was copied from', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  const home = await openHome({ folder, now })
  home.accept(clientId, makeBatch(['https://a.example/1'], { dataset: 'Birds' }), openRules)
  const second = home.create('Birds (2)').id
  const longest = 'x'.repeat(64)
  const long = home.create(longest).id
  home.close()
  for (const copy of ['birds copy', 'birds-copy', 'another']) {
    cpSync(join(folder, 'birds'), join(folder, copy), { recursive: true })
  }
  cpSync(join(folder, long), join(folder, 'long-copy'), { recursive: true })
  const names = async () => {
    const again = await openHome({ folder, now })
    const found = again.datasets().map(({ id, name }) => [id, name()] as const)
    const broken = again.broken()
    again.close()
    return { byId: Object.fromEntries(found), broken }
  }
  const first = await names()
  expect(first.byId).toEqual({
    birds: 'Birds',
    another: 'Birds (3)',
    'birds-copy': 'Birds (4)',
    [second]: 'Birds (2)',
    [long]: longest,
    'long-copy': `${'x'.repeat(60)} (2)`,
  })
  expect(first.broken).toMatchObject([{ id: 'birds copy', error: { code: 'DATASET_FOLDER_NAME' } }])
  expect(await names()).toEqual(first)
})

test('a second start in the same folder is refused until the first lets go', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  const home = await openHome({ folder, now })
  await expect(openHome({ folder, now })).rejects.toThrow(code('CONFIG_ALREADY_RUNNING'))
  home.close()
  const again = await openHome({ folder, now })
  again.close()
})

test("the files of the server are their owner's alone, also those an earlier version left open", async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  const modes = (serverFolder: string) =>
    readdirSync(serverFolder).map(name => [name, statSync(join(serverFolder, name)).mode & 0o777])
  const home = await openHome({ folder, now })
  expect(Object.fromEntries(modes(home.serverFolder))).toMatchObject({ 'lock.db': 0o600 })
  expect(modes(home.serverFolder).filter(([, mode]) => mode !== 0o600)).toEqual([])
  home.close()
  chmodSync(join(home.serverFolder, 'lock.db'), 0o644)
  const again = await openHome({ folder, now })
  expect(modes(home.serverFolder)).toContainEqual(['lock.db', 0o600])
  await expect(openHome({ folder, now })).rejects.toThrow(code('CONFIG_ALREADY_RUNNING'))
  again.close()
})
