/** What the parts that read no page need to know of the engines. No harvester is bundled with them for that. */
import { isCovered, originPattern } from './match-pattern.ts'

export interface EngineSite {
  readonly engine: string
  readonly label: string
  /** `request`: the person allows the site when it is first used. */
  readonly access: 'install' | 'request'
  /** Match patterns of its sites; none where anybody may run it under an address of their own. */
  readonly origins: readonly string[]
  /** Whether results also come in answers, which the reader in the page's world hears. */
  readonly hasAnswers: boolean
  readonly verified: { readonly by: string; readonly on: string }
}

/** Put in by the build (vite.config.ts), from the registry. */
declare const __ENGINES__: readonly EngineSite[]

/** Every engine there is, in the order of their names. */
export const engines: readonly EngineSite[] = __ENGINES__

/** What there is to be asked for before a page can be read. */
export interface SiteOffer {
  /** The engine's name, or the host. */
  readonly label: string
  readonly isEngine: boolean
  /** The site belongs to the installation: there is nothing to ask for. */
  readonly isInstalled: boolean
  /** Results also come in answers: those to an open page came before anybody heard them. */
  readonly hasAnswers: boolean
  /** Match patterns, no wider than it takes to read this page. */
  readonly origins: readonly string[]
}

/** @returns `undefined` for addresses that are no page of the web */
export function siteOf(address: string, known: readonly EngineSite[]): SiteOffer | undefined {
  const url = URL.parse(address)
  const origin = originPattern(address)
  if (!url || origin === undefined) return undefined
  for (const { label, access, hasAnswers, origins } of known) {
    const covering = origins.filter(pattern => isCovered(url, pattern))
    if (covering.length > 0)
      return { label, isEngine: true, isInstalled: access === 'install', hasAnswers, origins: covering }
  }
  return { label: url.hostname, isEngine: false, isInstalled: false, hasAnswers: false, origins: [origin] }
}
