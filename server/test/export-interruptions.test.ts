/** An export whose process is killed leaves nothing under a final name that is not whole, and the next process ends it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExportContainer } from '@gleaner/shared/exports'
import { afterAll, describe, expect, test } from 'vitest'
import { exportFailpoints } from '../src/exports/engine/failpoints.ts'
import { createExports } from '../src/exports/exports.ts'
import { createPictureMaker } from '../src/imaging/picture-maker.ts'
import { interruptedPictures, interruptedRequest } from './support/export-interrupted.ts'
import { digestOf, madeUpDataset } from './support/exported-dataset.ts'
import { temporaryFolder } from './support/samples.ts'

const worker = fileURLToPath(new URL('./support/export-worker.ts', import.meta.url))
const maker = createPictureMaker({ children: 1 })
afterAll(maker.close)

/** Twenty places where a process may end. */
const points: readonly (readonly [at: string, container: ExportContainer])[] = [
  ...['export:picture@1', 'export:picture@2', 'export:picture@5', 'export:picture@8', 'export:prepared@1'],
  ...['export:placed@1', 'export:placed@4', 'export:placed@8', 'export:placed@10', 'export:written@1'],
  ...['export:companions@1', 'export:recorded@1', 'export:proved@1', 'export:synced@1', 'export:vouched@1'],
  ...['export:renamed@1', 'export:folder-synced@1', 'export:committed@1', 'export:cleared@1'],
].map(at => [at, 'folder'] as const)
const all = [...points, ['export:packed@1', 'tar'] as const]

test('every durable step is among the places', () => {
  expect(all).toHaveLength(20)
  const named = new Set(all.map(([at]) => at.split('@')[0]))
  expect([...named].sort()).toEqual([...exportFailpoints].sort())
})

async function killedAt(folder: string, container: ExportContainer, at: string): Promise<void> {
  const child = spawn(process.execPath, ['--no-warnings', worker, folder, container, at], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = await once(child, 'exit')
  expect([code, signal]).toEqual([null, 'SIGKILL'])
}

function contentsOf(path: string): Record<string, string> {
  if (!existsSync(path)) return {}
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const files = entries.map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    files.map(file => [file.slice(path.length + 1), digestOf(readFileSync(file))]).sort(),
  )
}

/** Goes on as the next process does. @returns what lies under final names then */
async function endedIn(folder: string, begin?: ExportContainer): Promise<Record<string, string>> {
  using made = await madeUpDataset(folder, interruptedPictures)
  const exports = createExports({
    ...{ datasets: () => [made.dataset], maker, now: () => performance.now() },
    trouble: error => {
      throw error
    },
  })
  if (begin) await exports.begin(made.dataset.id, interruptedRequest(begin), 'test')
  else exports.start()
  await exports.idle()
  expect(exports.list(made.dataset.id)).toMatchObject([{ state: 'done', proof: { images: 8 } }])
  expect(readdirSync(join(folder, '.exports'))).toEqual([])
  return contentsOf(join(folder, 'exports'))
}

describe.each(['folder', 'tar'] as const)('as a %s', container => {
  const mine = all.filter(([, of]) => of === container).map(([at]) => at)

  test(`killed at ${mine.join(', ')}`, async () => {
    using reference = temporaryFolder()
    const whole = await endedIn(reference.path, container)
    const check = async (at: string) => {
      using folder = temporaryFolder()
      await killedAt(folder.path, container, at)
      const left = contentsOf(join(folder.path, 'exports'))
      if (Object.keys(left).length > 0) expect([at, left]).toEqual([at, whole])
      expect([at, await endedIn(folder.path)]).toEqual([at, whole])
    }
    for (let from = 0; from < mine.length; from += 3) await Promise.all(mine.slice(from, from + 3).map(check))
  })
})

test.each([
  ['are not made again', false],
  ['are made again from the first that is damaged', true],
])('pictures that were made %s', async (_, isDamaged) => {
  using folder = temporaryFolder()
  await killedAt(folder.path, 'folder', 'export:prepared@1')
  using made = await madeUpDataset(folder.path, interruptedPictures)
  const pictures = join(folder.path, '.exports/1/pictures')
  const large = made.images.find(({ original }) => original.width === 200)?.id ?? ''
  if (isDamaged) truncateSync(join(pictures, large.slice(0, 2), `${large}.jpg`), 100)
  let asked = 0
  const make: typeof maker.make = (...given) => {
    asked += 1
    return maker.make(...given)
  }
  const exports = createExports({
    ...{ datasets: () => [made.dataset], maker: { ...maker, make }, now: () => performance.now() },
    trouble: () => {},
  })
  exports.start()
  await exports.idle()
  expect(exports.list(made.dataset.id)).toMatchObject([{ state: 'done' }])
  expect(asked).toBe(isDamaged ? 4 : 0)
})
