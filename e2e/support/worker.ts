import type { ExtensionBrowser } from './browser.ts'
import { patienceMs } from './patience.ts'

/** Of the browser's API what tests look at. */
export interface ChromeApi {
  readonly scripting: {
    getRegisteredContentScripts(): Promise<
      { id: string; matches?: string[]; world?: string; js?: string[]; persistAcrossSessions?: boolean }[]
    >
  }
  readonly tabs: {
    query(about: object): Promise<{ id?: number; url?: string }[]>
    sendMessage(tabId: number, message: object, to: object): Promise<unknown>
  }
  readonly permissions: { contains(what: object): Promise<boolean> }
  readonly action: {
    openPopup(): Promise<void>
    getBadgeText(of: object): Promise<string>
    getTitle(of: object): Promise<string>
  }
  readonly contextMenus: {
    readonly onClicked: { dispatch(info: object, tab: object): void }
    update(id: string, patch: object): Promise<void>
  }
}

/** Runs a function in the background worker, starting the worker when it sleeps. The function knows nothing around it. */
export async function inWorker<Given, Result>(
  browser: ExtensionBrowser,
  work: (given: Given) => Promise<Result>,
  given: Given,
): Promise<Result> {
  const { context, extensionId } = browser
  const find = () => context.serviceWorkers().find(worker => worker.url().includes(extensionId))
  const worker = find() ?? (await context.waitForEvent('serviceworker', { timeout: patienceMs }))
  return (await worker.evaluate(work as (given: unknown) => Promise<unknown>, given)) as Result
}
