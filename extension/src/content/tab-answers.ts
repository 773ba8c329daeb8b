/** What the page answers to popup, background and whoever mends a harvester. */
import { call, findAll } from '../harvesters/dom.ts'
import type { CandidateAt, PageReport, PageView } from '../platform/message-table.ts'
import { candidateBehind } from './behind.ts'
import type { Follow } from './follow.ts'
import type { Press } from './press.ts'
import type { Reader } from './reader.ts'
import { outline } from './report.ts'
import { type Parts, pageCode } from './scene.ts'
import { foundOf } from './state.ts'

const outlinesAtMost = 5
/** Where nothing looks like a result, the surroundings of the first pictures are told. */
const levelsAround = 3
/** Smaller pictures are symbols and buttons. */
const sidePx = 80

const sidesOf = (picture: Element) => ['width', 'height'].map(side => call(picture, side) as number)

function around(element: Element, levels: number): Element {
  const parent = call(element, 'parentElement') as Element | null
  return levels === 0 || !parent ? element : around(parent, levels - 1)
}

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

  /** Found without the harvester, which may be what is broken. */
  function someElements(): readonly Element[] {
    const tiles = reader.tiles()
    if (tiles.length > 0) return tiles.slice(0, outlinesAtMost)
    return findAll(document, 'img')
      .filter(picture => sidesOf(picture).every(side => side >= sidePx))
      .slice(0, outlinesAtMost)
      .map(picture => around(picture, levelsAround))
  }

  async function report(): Promise<PageReport> {
    await follow.look()
    const { engine, query, tiles, originals, thumbnailsOnly, missed } = scene.reading
    const patterns = reader.harvester()?.hosts ?? []
    const ownHosts = patterns.flatMap(pattern => /^[^/]+\/\/([^/*]+)\//.exec(pattern)?.[1] ?? [])
    const pageHost = URL.parse(deps.pageUrl())?.hostname ?? ''
    const outlines = scene.view?.isConsented
      ? someElements().map(element => outline(element, { ownHosts, pageHost, query }))
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
