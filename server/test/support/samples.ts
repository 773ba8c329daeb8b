/** Made-up batches and pictures for tests of the store. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Batch } from '@gleaner/shared/collect'
import type { Digest } from '@gleaner/shared/hash'
import { openDataset } from '../../src/store/dataset-store.ts'
import type { DatasetOptions } from '../../src/store/parts.ts'
import type { ImageEnd, IntakeRules, LeasedCandidate, NewImage } from '../../src/store/types.ts'

export const clientId = 'c'.repeat(32)

export const openRules: IntakeRules = { judge: () => null, hostOf: url => new URL(url).hostname }

/** A folder that is gone at the end of the scope (`using`). */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'gleaner-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** An empty dataset in a folder of its own, closed and removed at the end of the scope. */
export function temporaryDataset(options: Partial<DatasetOptions> = {}) {
  const folder = temporaryFolder()
  const store = openDataset({ folder: join(folder.path, 'birds'), now: Date.now, ...options })
  return {
    store,
    folder: store.folder,
    [Symbol.dispose]: () => {
      store.close()
      folder[Symbol.dispose]()
    },
  }
}

/** @param urls - one candidate each; an array gives several ways to one candidate */
export function makeBatch(urls: readonly (string | readonly string[])[], patch: Partial<Batch> = {}): Batch {
  return {
    batchId: randomUUID().replaceAll('-', ''),
    dataset: 'Birds',
    class: 'robin',
    origin: { engine: 'page', query: 'robin', pageUrl: 'https://search.example/?q=robin' },
    candidates: urls.map((url, index) => ({
      sources: [url].flat().map((way, place) => ({ kind: place === 0 ? 'original' : 'mirror', url: way })),
      title: `Picture ${index}`,
      rank: index + 1,
    })),
    ...patch,
  }
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest
}

/** A picture of no pixels: the store never looks inside, but it is JPEG from its first to its last bytes. */
export function makeImage(seed: string, patch: Partial<NewImage> = {}): NewImage {
  const original = Buffer.from(`original of ${seed}`)
  const rendered = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff]),
    Buffer.from(`rendered ${seed}`),
    Buffer.from([0xff, 0xd9]),
  ])
  return {
    original: {
      bytes: original,
      digest: digestOf(original),
      format: 'png',
      widthPx: 800,
      heightPx: 600,
    },
    rendered: { bytes: rendered, widthPx: 512, heightPx: 384 },
    perceptualHash: null,
    blockHash: null,
    qualityScore: 80,
    meanChroma: [1.5, -2.5],
    rights: {},
    isThumbnail: false,
    ...patch,
  }
}

export function makeEnd(lease: LeasedCandidate, patch: Partial<ImageEnd> = {}): ImageEnd {
  const source = lease.sources[lease.sourceIndex] ?? lease.sources[0]
  return {
    code: 'STORED',
    explanation: 'Fetched and kept.',
    sourceIndex: lease.sourceIndex,
    attempts: source
      ? [
          {
            sourceKind: source.kind,
            url: source.url,
            startedAtMs: 0,
            tookMs: 1,
            code: 'STORED',
            hops: [],
            isFromBrowser: false,
          },
        ]
      : [],
    ...patch,
  }
}
