/** What every workshop has to do about fetches. */
import { createHash } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import type { FetchJob } from '../../src/work/work.ts'
import { picture } from './pictures.ts'
import { expectPlain, type Means, never, patiently } from './workshop-bench.ts'

export function describeFetches(means: Means): void {
  describe('a fetch', () => {
    test('gives the bytes, their digest, and every hop with its peer', async () => {
      const result = await (await means.open()).fetch(means.fetchJob('/redirect/1/one.jpg'), never)
      const file = await picture(1)
      expect(result).toMatchObject({
        kind: 'fetched',
        digest: createHash('sha256').update(file).digest('hex'),
        finalUrl: means.host().url('/files/one.jpg'),
        contentType: 'image/jpeg',
        hops: [
          { status: 302, peerIp: '127.0.0.1' },
          { status: 200, peerIp: '127.0.0.1' },
        ],
      })
      expect('bytes' in result && result.bytes.equals(file)).toBe(true)
    })

    test('that leads nowhere ends as a value with its code', async () => {
      const { fetch } = await means.open()
      const code = async (job: FetchJob) => {
        const result = await fetch(job, never)
        return result.kind === 'failed' ? [result.code, result.hops.length] : result.kind
      }
      expect(await code(means.fetchJob('/files/none.jpg'))).toEqual(['DOWNLOAD_NOT_FOUND', 1])
      expect(await code(means.fetchJob('/', { url: 'http://10.0.0.1/' }))).toEqual([
        'DOWNLOAD_PRIVATE_ADDRESS',
        0,
      ])
      expect(await code(means.fetchJob('/endless'))).toEqual(['DOWNLOAD_TOO_LARGE', 1])
      expect(await code(means.fetchJob('/opt-out/one.jpg'))).toEqual(['DOWNLOAD_OPTED_OUT', 1])
      expect(await code(means.fetchJob('/opt-out/one.jpg', { honourOptOut: false }))).toBe('fetched')
    })

    test('with a trail is one request, and ends where the host sends on to', async () => {
      const { fetch } = await means.open()
      const first = await fetch(
        means.fetchJob('/redirect/1/one.jpg', { trail: { hops: [], tookMs: 0 } }),
        never,
      )
      expect(first).toMatchObject({
        kind: 'moved',
        to: means.host().url('/files/one.jpg'),
        hops: [{ status: 302 }],
      })
      expect(means.host().hits()).toBe(1)
      expectPlain(first)
      if (first.kind !== 'moved') return
      const { to, hops, tookMs } = first
      const next = means.fetchJob('/', { url: to, trail: { hops, tookMs } })
      expectPlain(next)
      const last = await fetch(next, never)
      expect(last).toMatchObject({ kind: 'fetched', hops: [{ status: 302 }, { status: 200 }] })
      expect(last.tookMs).toBeGreaterThanOrEqual(tookMs)
    })

    test('tells the host what the job says, and nothing of jobs before', async () => {
      const { fetch } = await means.open()
      const landingUrl = means.host().url('/gallery')
      await fetch(means.fetchJob('/files/one.jpg', { landingUrl }), never)
      await fetch(means.fetchJob('/files/two.jpg'), never)
      expect(means.host().requests.map(({ headers }) => headers.referer)).toEqual([landingUrl, undefined])
    })

    test('that is aborted rejects with the reason, and its request ends', async () => {
      const { fetch } = await means.open()
      const abort = new AbortController()
      const fetching = fetch(means.fetchJob('/drip/50/one.jpg'), abort.signal)
      await vi.waitFor(() => expect(means.host().hits()).toBe(1), patiently)
      const reason = new Error('enough')
      abort.abort(reason)
      await expect(fetching).rejects.toBe(reason)
      await vi.waitFor(() => expect(means.host().openConnections()).toBe(0), patiently)
      await expect(fetch(means.fetchJob('/files/one.jpg'), abort.signal)).rejects.toBe(reason)
      expect(means.host().hits()).toBe(1)
    })
  })
}
