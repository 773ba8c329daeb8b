/** Content scripts on sites the person allowed after the installation. */
import browser from 'webextension-polyfill'

/** One file in one world of the pages of some sites. */
export interface SiteScript {
  readonly id: string
  readonly matches: readonly string[]
  readonly excludeMatches: readonly string[]
  readonly js: readonly string[]
  readonly world: 'ISOLATED' | 'MAIN'
  readonly runAt: 'document_start' | 'document_idle'
}

/** Files that run in pages, as the built manifest names them. */
export interface ScriptFiles {
  /** What every page gets. */
  readonly content: string
  /** What reads one engine; comes before `content`. */
  readonly ofEngine: (engine: string) => string
  readonly pageWorld: readonly string[]
}

/** The manifest names the files of the installation's engines; those of the others lie beside them. */
export function scriptFiles(): ScriptFiles {
  const scripts = browser.runtime.getManifest().content_scripts ?? []
  // Firefox reads them out with the extension's own address in front, and takes none that has it.
  const ownAddress = browser.runtime.getURL('')
  const filesIn = (isMain: boolean) =>
    scripts
      .filter(script => (worldOf(script) === 'MAIN') === isMain)
      .map(({ js = [] }) => js.map(file => file.replace(ownAddress, '')))
  const [engineFile = '', content = ''] = filesIn(false)[0] ?? []
  return {
    content,
    ofEngine: engine => engineFile.replace(/[^/]+(?=\.js$)/, engine),
    pageWorld: filesIn(true).flat(),
  }
}

/** The types are older than the field. */
const worldOf = (script: object): unknown => ('world' in script ? script.world : undefined)

/** What is registered. Firefox forgets it at its end, unless told otherwise, and both after an update. */
export async function registeredScripts(): Promise<readonly SiteScript[]> {
  const scripts = await browser.scripting.getRegisteredContentScripts()
  return scripts.map(script => ({
    id: script.id,
    matches: script.matches ?? [],
    excludeMatches: script.excludeMatches ?? [],
    js: script.js ?? [],
    world: worldOf(script) === 'MAIN' ? 'MAIN' : 'ISOLATED',
    runAt: script.runAt === 'document_start' ? 'document_start' : 'document_idle',
  }))
}

export async function registerScripts(scripts: readonly SiteScript[]): Promise<void> {
  const registered = scripts.map(({ matches, excludeMatches, js, ...script }) => ({
    ...script,
    matches: [...matches],
    ...(excludeMatches.length > 0 && { excludeMatches: [...excludeMatches] }),
    js: [...js],
    allFrames: false,
    persistAcrossSessions: true,
  }))
  await browser.scripting.registerContentScripts(registered)
}

export async function unregisterScripts(ids: readonly string[]): Promise<void> {
  await browser.scripting.unregisterContentScripts({ ids: [...ids] })
}

/** Runs files in the page a tab shows now. */
export async function runInTab(
  tabId: number,
  files: readonly string[],
  world: SiteScript['world'],
): Promise<void> {
  const injection = { target: { tabId }, files: [...files], world }
  await browser.scripting.executeScript(injection)
}
