/** What the page answers to popup, background and whoever mends a harvester. */
import type { CandidateAt } from '../platform/message-table.ts'
import type { PageReport, PageView } from '../platform/tab-table.ts'
import { candidateBehind } from './behind.ts'
import type { Follow } from './follow.ts'
import type { Press } from './press.ts'
import type { Reader } from './reader.ts'
import { outlinesOf } from './report.ts'
import { type Parts, pageCode } from './scene.ts'
import { foundOf } from './state.ts'

export interface TabAnswers {
  readonly view: () => Promise<PageView>
  /** @returns `null` when the picture is none of the page's results, or the page may not be read */
  readonly candidateAt: (imageUrl: string) => Promise<CandidateAt | null>
  readonly report: () => Promise<PageReport>
  /** Hands the person the report as a file. */
  readonly saveReport: () => Promise<void>
}

export function createTabAnswers(deps: {
  readonly document: Document
  readonly reader: Reader
  readonly parts: Parts
  readonly press: Press
  readonly follow: Follow
  readonly pageUrl: () => string
  readonly usualOriginals: () => number
  readonly save: (name: string, text: string) => void
}): TabAnswers {
  const { document, reader, parts, press, follow } = deps
  const { scene, runner } = parts

  async function report(): Promise<PageReport> {
    await follow.look()
    const { engine, query, tiles, originals, thumbnailsOnly, missed } = scene.reading
    const patterns = reader.harvester()?.hosts ?? []
    const ownHosts = patterns.flatMap(pattern => /^[^/]+\/\/([^/*]+)\//.exec(pattern)?.[1] ?? [])
    const pageHost = URL.parse(deps.pageUrl())?.hostname ?? ''
    const outlines = scene.view?.isConsented
      ? outlinesOf(document, reader.tiles(), { ownHosts, pageHost, query })
      : []
    return { engine, tiles, originals, thumbnailsOnly, missed, outlines }
  }

  return {
    view: async () => {
      await follow.look()
      const { engine, label, query, originals, thumbnailsOnly } = scene.reading
      const { held, tried } = foundOf(parts)
      const code = pageCode(scene, deps.usualOriginals())
      const { dataset } = scene.destination
      return {
        engine,
        label,
        query,
        originals,
        thumbnailsOnly,
        dataset,
        held,
        tried,
        code,
        run: runner.current(),
      }
    },
    candidateAt: async imageUrl => {
      // Before the background has said whether the page may be read, nothing of it is known.
      if (!scene.view) await follow.describe()
      await follow.look()
      const { candidates } = scene.reading
      const candidate = candidateBehind(document, imageUrl, candidates, reader.tileOf)
      return candidate ? { origin: press.origin(), candidate } : null
    },
    report,
    saveReport: async () => {
      const text = JSON.stringify({ gleaner: 'page report', ...(await report()) }, null, 2)
      deps.save(`gleaner-report-${scene.reading.engine}.json`, `${text}\n`)
    },
  }
}
