/** The pipeline as a whole: real store, real decoders, real fetcher, and hosts on this machine. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { BadHost } from './support/bad-host.ts'
import { startBadHost } from './support/bad-host.ts'
import { picture } from './support/pictures.ts'
import type { RunningIngest, RunOptions } from './support/run-ingest.ts'
import { candidate, rowsByPath, runIngest } from './support/run-ingest.ts'

let host: BadHost
let run: RunningIngest

beforeAll(async () => {
  const files: Record<string, Buffer> = {
    'small.jpg': await picture(90, { width: 50, height: 40 }),
    'long.jpg': await picture(91, { width: 3000, height: 100 }),
    'thumb.jpg': await picture(1, { width: 120, height: 90 }),
    'one-again.jpg': await picture(1, { quality: 60 }),
  }
  const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
  for (const [seed, name] of names.entries()) files[`${name}.jpg`] = await picture(seed)
  files['copy-of-two.jpg'] = files['two.jpg'] ?? Buffer.alloc(0)
  files['page.jpg'] = Buffer.from('<!doctype html><title>no picture</title>')
  host = await startBadHost({ files })
})
afterAll(() => host.close())
afterEach(() => run.close())

async function start(options: RunOptions = {}): Promise<RunningIngest> {
  host.reset()
  run = await runIngest(options)
  return run
}

const at = (path: string, name = 'img1.example') => host.url(path, name)

test('a picture becomes a file in its class folder', async () => {
  const { collect, settled } = await start()
  const dataset = collect([candidate([at('/files/one.jpg')])])
  await settled()
  const row = rowsByPath(dataset)['/files/one.jpg']
  expect(row).toMatchObject({ state: 'stored', code: 'STORED' })
  expect(row?.explanation).toBe('New picture of 640 × 480 pixels.')
})
