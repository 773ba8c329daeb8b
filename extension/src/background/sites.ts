/**
 * Sites beside the engines of the installation: which ones the person allowed, and the content scripts on them. The
 * browser's own list of grants is the truth; scripts follow it whenever the worker starts and whenever it changes.
 */
import { AppError } from '@gleaner/shared/errors'
import { isCovered, isWithin, originPattern } from '../platform/match-pattern.ts'
import type { ScriptFiles, SiteScript } from '../platform/scripting.ts'

export interface Sites {
  /** Origins allowed beside those of the installation, as match patterns in the order of their names. */
  readonly allowed: () => Promise<readonly string[]>
  /** Whether the page at this address, in this tab, may speak to the background. */
  readonly isOpen: (url: URL, tabId: number) => Promise<boolean>
  /** Makes the registered content scripts those of the allowed sites. */
  readonly sync: () => Promise<void>
  /**
   * Runs the content script in the page a tab shows, unless it runs there already.
   *
   * @throws AppError `HARVEST_SITE_PERMISSION` when the page's site is not open
   */
  readonly enter: (tabId: number) => Promise<void>
}

export function createSites(deps: {
  /** Everything the browser grants, as match patterns. */
  readonly granted: () => Promise<readonly string[]>
  /** Match patterns of the content scripts of the installation. */
  readonly installed: readonly string[]
  /** Where our own server lives: its pages are never read, whatever is granted. */
  readonly server: string
  /** Origins of engines whose results also come in answers, beside those of the installation. */
  readonly answering: readonly string[]
  /** Engines and their origins; of those without any, whoever runs them, every other page may be. */
  readonly engines: readonly { readonly engine: string; readonly origins: readonly string[] }[]
  readonly files: ScriptFiles
  readonly registered: () => Promise<readonly SiteScript[]>
  readonly register: (scripts: readonly SiteScript[]) => Promise<void>
  readonly unregister: (ids: readonly string[]) => Promise<void>
  /** Address of the page a tab shows; `undefined` where the browser does not tell. */
  readonly addressOf: (tabId: number) => Promise<string | undefined>
  /** Whether a content script of ours answers in a tab. */
  readonly isEntered: (tabId: number) => Promise<boolean>
  readonly runInTab: (tabId: number, files: readonly string[], world: SiteScript['world']) => Promise<void>
}): Sites {
  const { installed, server, answering, engines, files } = deps
  const installedOrigins = new Set(installed.map(originPattern))
  let last: Promise<unknown> = Promise.resolve()

  /** One after another: two at once would both register, or both enter. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work, work)
    last = result
    return result
  }

  async function allowed(): Promise<readonly string[]> {
    const origins = (await deps.granted()).filter(
      origin => origin !== server && originPattern(origin) === origin && !installedOrigins.has(origin),
    )
    return [...new Set(origins)].sort()
  }

  /**
   * People may take back what the installation brought, too. Browsers list the match patterns of content scripts among
   * the grants, with their paths or as origins. Where a person lets the extension read sites on click only, they do not,
   * and the page's address is told instead, from the click on.
   */
  async function isReadable(url: URL, tabId: number): Promise<boolean> {
    if ((await deps.granted()).some(pattern => isCovered(url, pattern))) return true
    const address = await deps.addressOf(tabId).catch(() => undefined)
    return URL.parse(address ?? '')?.origin === url.origin
  }

  async function isOpen(url: URL, tabId: number): Promise<boolean> {
    if (isCovered(url, server)) return false
    if (installed.some(pattern => isCovered(url, pattern))) return isReadable(url, tabId)
    return (await allowed()).some(pattern => isCovered(url, pattern))
  }

  const bar = (of: typeof engines) => [...of.map(({ engine }) => files.ofEngine(engine)), files.content]
  const anywhere = engines.filter(({ origins }) => origins.length === 0)

  /** Scripts for what is within an origin: each page gets the file of its own engine, and of no other. */
  function barsWithin(origin: string, excludeMatches: readonly string[]): readonly SiteScript[] {
    const common = { world: 'ISOLATED', runAt: 'document_idle' } as const
    const around = engines.filter(({ origins }) => origins.some(own => isWithin(origin, own)))
    const inside = engines
      .map(engine => ({ ...engine, origins: engine.origins.filter(own => isWithin(own, origin)) }))
      .filter(({ origins }) => origins.length > 0 && around.length === 0)
    const apart = inside.flatMap(({ origins }) => origins)
    return [
      {
        ...{ id: `site ${origin}`, matches: [origin], excludeMatches: [...excludeMatches, ...apart] },
        ...{ js: bar(around.length > 0 ? around : anywhere), ...common },
      },
      ...inside.map(engine => ({
        ...{ id: `site ${origin} ${engine.engine}`, matches: engine.origins, excludeMatches },
        ...{ js: bar([engine]), ...common },
      })),
    ]
  }

  /** Nothing runs twice on a page: neither by two grants of which one is within the other, nor beside the installation's. */
  async function wanted(): Promise<readonly SiteScript[]> {
    const all = await allowed()
    const widest = all.filter(origin => !all.some(other => other !== origin && isWithin(origin, other)))
    const apart = (origin: string) =>
      [server, ...installed].filter(pattern => isWithin(pattern, origin)).sort()
    const bars = widest.flatMap(origin => barsWithin(origin, apart(origin)))
    const narrower = answering.flatMap(engine => [
      ...widest.filter(origin => isWithin(origin, engine)),
      ...widest.flatMap(origin => (isWithin(engine, origin) ? engine : [])),
    ])
    const readers = [...new Set(narrower)].sort().map((origin): SiteScript => {
      const { pageWorld: js } = files
      const where = { matches: [origin], excludeMatches: [] }
      return { id: `answers ${origin}`, ...where, js, world: 'MAIN', runAt: 'document_start' }
    })
    return [...bars, ...readers].filter(({ js }) => js.length > 0)
  }

  return {
    allowed,
    isOpen,

    sync: () =>
      inTurn(async () => {
        const before = new Map((await deps.registered()).map(script => [script.id, spelled(script)]))
        const after = new Map((await wanted()).map(script => [script.id, script]))
        const stale = [...before].flatMap(([id, text]) => {
          const script = after.get(id)
          return script && spelled(script) === text ? [] : id
        })
        const missing = [...after.values()].filter(script => before.get(script.id) !== spelled(script))
        if (stale.length > 0) await deps.unregister(stale)
        if (missing.length > 0) await deps.register(missing)
      }),

    enter: tabId =>
      inTurn(async () => {
        const url = URL.parse((await deps.addressOf(tabId)) ?? '')
        if (!url || !(await isOpen(url, tabId))) throw new AppError('HARVEST_SITE_PERMISSION')
        if (await deps.isEntered(tabId)) return
        if (files.pageWorld.length > 0 && answering.some(pattern => isCovered(url, pattern)))
          await deps.runInTab(tabId, files.pageWorld, 'MAIN')
        const own = engines.filter(({ origins }) => origins.some(origin => isCovered(url, origin)))
        await deps.runInTab(tabId, bar(own.length > 0 ? own : anywhere), 'ISOLATED')
      }),
  }
}

/** The same for the same script, however a browser orders its lists and spells the addresses of its files. */
function spelled({ matches, excludeMatches, js, world, runAt }: SiteScript): string {
  const files = js.map(file => file.replace(/^[a-z-]+:\/\/[^/]+\//, '').replace(/^\//, ''))
  return JSON.stringify([[...matches].sort(), [...excludeMatches].sort(), files, world, runAt])
}
