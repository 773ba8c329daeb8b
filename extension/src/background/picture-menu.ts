/** "Add to class" in the context menu of pictures. */
import { Candidate, Origin } from '@gleaner/shared/candidate'
import { parseHttpUrl } from '@gleaner/shared/url'
import { Check } from 'typebox/value'
import type { MenuClick, MenuItem } from '../platform/menus.ts'
import type { CandidateAt, Destination } from '../platform/message-table.ts'
import type { Memory } from './memory.ts'
import { createTurns } from './turns.ts'

const classesShown = 10
const chooseId = 'choose'
const addPrefix = 'add:'

/** The lines of the menu: latest class first. */
export function menuItems(recents: readonly Destination[]): readonly MenuItem[] {
  const shown = recents.slice(0, classesShown)
  const isOneDataset = new Set(shown.map(({ dataset }) => dataset)).size === 1
  const lines = shown.map(({ dataset, class: label }) => ({
    id: addPrefix + JSON.stringify([dataset, label]),
    title: isOneDataset ? label : `${label} (${dataset})`,
    isApart: false,
  }))
  return [...lines, { id: chooseId, title: 'Choose…', isApart: lines.length > 0 }]
}

function destinationOf(id: string): Destination | undefined {
  if (!id.startsWith(addPrefix)) return undefined
  const [dataset, label]: string[] = JSON.parse(id.slice(addPrefix.length))
  return dataset === undefined || label === undefined ? undefined : { dataset, class: label }
}

type TabMemory = Pick<Memory, 'tab' | 'changeTab'>

/** The picture the tab remembers, if its first address is this: another one may have been clicked on since it was shown. */
export async function pictureOf(memory: TabMemory, tabId: number, url: string): Promise<CandidateAt | null> {
  const { picture } = await memory.tab(tabId)
  return picture?.candidate.sources[0]?.url === url ? picture : null
}

/** Forgets that picture, but no other. */
export async function forgetPicture(memory: TabMemory, tabId: number, url: string): Promise<void> {
  if (await pictureOf(memory, tabId, url)) await memory.changeTab(tabId, { picture: null })
}

export interface PictureMenu {
  /** Draws the menu anew when other classes than before are the recent ones, or after a start. */
  readonly refresh: () => Promise<void>
  /** Never throws. */
  readonly clicked: (click: MenuClick) => Promise<void>
}

export function createPictureMenu(deps: {
  readonly memory: Pick<Memory, 'recents' | 'settings' | 'changeTab'>
  readonly show: (title: string, items: readonly MenuItem[]) => Promise<void>
  /** What the content script of the tab knows of a picture; rejects where there is none. */
  readonly candidateAt: (tabId: number, imageUrl: string) => Promise<CandidateAt | null>
  readonly add: (tabId: number, destination: Destination, picture: CandidateAt) => Promise<unknown>
  readonly openPopup: (tabId: number, address: string) => Promise<void>
  /** Says that it did not work, where the person looks. */
  readonly failed: (tabId: number, error: unknown) => void
}): PictureMenu {
  const { memory } = deps
  const inTurn = createTurns()
  let shown = ''

  async function draw(): Promise<void> {
    const items = menuItems(await memory.recents())
    const drawing = JSON.stringify(items)
    if (drawing === shown) return
    await deps.show('Add to class', items)
    shown = drawing
  }

  async function pictureAt({ tabId, imageUrl, pageUrl }: MenuClick): Promise<CandidateAt | undefined> {
    const known = await deps.candidateAt(tabId, imageUrl).catch(() => null)
    if (known && Check(Candidate, known.candidate) && Check(Origin, known.origin)) return known
    const url = parseHttpUrl(imageUrl)?.href
    if (url === undefined) return undefined
    const page = parseHttpUrl(pageUrl)?.href
    return {
      origin: { engine: 'page', ...(page && { pageUrl: page }) },
      candidate: { sources: [{ kind: 'original', url }], ...(page && { landingUrl: page }) },
    }
  }

  async function choose(click: MenuClick): Promise<void> {
    // What was not answered about an earlier picture is over: nobody is to be shown that one now.
    const isForgotten = memory.changeTab(click.tabId, { picture: null })
    // Nothing is awaited before: a window may only be opened while the click is fresh.
    const isOpen = deps.openPopup(click.tabId, click.pageUrl)
    await isForgotten
    const picture = await pictureAt(click)
    await memory.changeTab(click.tabId, { picture: picture ?? null })
    await isOpen
    if (!picture) deps.failed(click.tabId, undefined)
  }

  async function obey(click: MenuClick): Promise<void> {
    const destination = destinationOf(click.id)
    const isAllowed = destination !== undefined && (await memory.settings()).isConsented
    if (!isAllowed) return choose(click)
    const picture = await pictureAt(click)
    if (picture) await deps.add(click.tabId, destination, picture)
    else deps.failed(click.tabId, undefined)
  }

  return {
    refresh: () => inTurn('draw', draw).catch(error => console.error(error)),
    clicked: click =>
      click.id === chooseId
        ? choose(click).catch(error => deps.failed(click.tabId, error))
        : obey(click).catch(error => deps.failed(click.tabId, error)),
  }
}
