/** A person moved the class folders away: what is there of the originals makes the pictures again. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectConsistent, names, startPictureHost } from './support/ingest-checks.ts'
import { candidate, runIngest } from './support/run-ingest.ts'

test('lost pictures are drawn from their originals, without asking a host', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gleaner-lost-'))
  const host = await startPictureHost()
  try {
    const first = await runIngest({ folder })
    const missing = host.url('/status/404', 'img1.example')
    const dataset = first.collect(
      names.map((name, place) => {
        const url = host.url(`/files/${name}.jpg`, `h${place}.example`)
        return candidate(place % 2 === 0 ? [url] : [missing.replace('404', `404?${name}`), url])
      }),
    )
    await first.settled()
    const ids = (run: typeof first) =>
      (run.home.byId(dataset.id)?.images(undefined, { limit: 100 }).images ?? []).map(({ id }) => id).sort()
    const before = ids(first)
    expect(before).toHaveLength(names.length)
    expect(await first.close()).toEqual([])

    renameSync(join(dataset.folder, 'images'), join(folder, 'away'))
    host.reset()
    await host.goDown()
    const second = await runIngest({ folder })
    await second.settled()
    expect(ids(second)).toEqual(before)
    const again = second.home.byId(dataset.id)
    if (again) expectConsistent(again)
    expect(host.hits({})).toBe(0)
    expect(await second.close()).toEqual([])
  } finally {
    await host.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
