/**
 * Who may say what to the background: the extension's own pages and bars, each only its own messages. A message that
 * fails here gets no answer at all, but for one: a bar on a page whose site is not open (any more) is told so.
 */
import { AppError } from '@gleaner/shared/errors'
import { Check } from 'typebox/value'
import { asks, type Messages, pageMayAsk } from '../platform/message-table.ts'
import type { Sender } from '../platform/messages.ts'

/** A message that passed: known type, valid shape, from a page that may send it. */
export type Admitted = {
  readonly [N in keyof Messages]: {
    readonly type: N
    readonly ask: Messages[N]['ask']
    /** The tab the question is about, if any. */
    readonly tabId: number | undefined
  }
}[keyof Messages]

const isKnown = (type: unknown): type is keyof Messages =>
  typeof type === 'string' && Object.hasOwn(asks, type)

export function createGate(deps: {
  readonly extensionId: string
  /** Address prefix of the extension's own pages. */
  readonly ownPages: string
  /** Whether the content script may speak from an address, in a tab: one of the installation, or of a site that was allowed. */
  readonly isOpen: (url: URL, tabId: number) => Promise<boolean>
}) {
  async function fromPage(admitted: Admitted, url: URL, tabId: number): Promise<Admitted> {
    if (!(await deps.isOpen(url, tabId))) throw new AppError('HARVEST_SITE_PERMISSION')
    return admitted
  }

  /** @returns `undefined` for no answer; rejects with `HARVEST_SITE_PERMISSION` */
  return function admit(message: unknown, sender: Sender): Promise<Admitted> | undefined {
    if (sender.id !== deps.extensionId || sender.url === undefined) return undefined
    if (typeof message !== 'object' || message === null) return undefined
    const { type, ask, ...rest } = message as Record<string, unknown>
    if (!isKnown(type) || Object.keys(rest).length > 0 || !Check(asks[type], ask)) return undefined
    const named = 'tabId' in ask && typeof ask.tabId === 'number' ? ask.tabId : undefined
    if (sender.url.startsWith(deps.ownPages)) return Promise.resolve({ type, ask, tabId: named } as Admitted)

    const url = URL.parse(sender.url)
    if (sender.tabId === undefined || sender.frameId !== 0 || named !== undefined) return undefined
    if (!url || !/^https?:$/.test(url.protocol) || !pageMayAsk.has(type)) return undefined
    return fromPage({ type, ask, tabId: sender.tabId } as Admitted, url, sender.tabId)
  }
}
