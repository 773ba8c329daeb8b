import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

test('programs of the project get enough threads for names and files, and give memory back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-setup-'))
  const seen = join(folder, 'seen')
  const { runNode } = await import(pathToFileURL(join(import.meta.dirname, 'setup.mjs')).href)
  const look = `fs.writeFileSync(${JSON.stringify(seen)}, [process.env.UV_THREADPOOL_SIZE, process.env.MALLOC_MMAP_THRESHOLD_].join())`
  expect(await runNode(['-e', look])).toBe(0)
  expect(readFileSync(seen, 'utf8')).toBe(
    [process.env.UV_THREADPOOL_SIZE ?? '16', process.env.MALLOC_MMAP_THRESHOLD_ ?? '1048576'].join(),
  )
  rmSync(folder, { recursive: true })
})
