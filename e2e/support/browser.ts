import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright'
import { patienceMs } from './patience.ts'

/** For programs outside of this folder, which depend on no browser's driver. */
export type { Browser, Page }

const builtExtension = fileURLToPath(new URL('../../dist/extension-chrome', import.meta.url))

/** A page or file that stands in for an address of the real web. */
export type Answers = (
  url: URL,
) => { readonly body: string | Buffer; readonly contentType?: string } | undefined

export interface ExtensionBrowser {
  readonly context: BrowserContext
  readonly extensionId: string
  /** Addresses the browser asked for that are neither ours nor answered: none may be there at the end. */
  readonly strays: readonly string[]
  /** Opens an address in a new tab. */
  open(url: string): Promise<Page>
  /** Opens one of the extension's own pages in a tab. */
  openOwn(path: string): Promise<Page>
  /** Ends the extension's background worker as the browser does when it likes to: whatever it was doing. */
  stopWorker(): Promise<void>
  /** Ends the browser without warning. A profile of the caller's own stays. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** As `npm test` and `npm run demo` found or installed it. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

export interface BrowserOptions {
  readonly answers: Answers
  readonly isHeadless?: boolean
  /** A profile to come back to; by default a new one that is deleted at the end. */
  readonly profileFolder?: string
  readonly colorScheme?: 'light' | 'dark'
  readonly viewport?: { readonly width: number; readonly height: number }
  /** Unpacked extension to load; by default the one that was built, with the permissions it is installed with. */
  readonly extensionFolder?: string
  /** More switches of Chromium. */
  readonly args?: readonly string[]
}

/**
 * Starts a real Chromium with the built extension. Addresses of the web are answered by `answers`, everything else but
 * this machine is refused, so no test reaches the internet.
 */
export async function startBrowser(options: BrowserOptions): Promise<ExtensionBrowser> {
  const {
    answers,
    isHeadless = true,
    profileFolder,
    colorScheme = 'light',
    viewport = { width: 1280, height: 800 },
    extensionFolder = builtExtension,
    args = [],
  } = options
  const profile = profileFolder ?? (await mkdtemp(join(tmpdir(), 'gleaner-profile-')))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: isHeadless,
    chromiumSandbox: false,
    colorScheme,
    viewport,
    args: [
      `--disable-extensions-except=${extensionFolder}`,
      `--load-extension=${extensionFolder}`,
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      ...args,
    ],
  })
  context.setDefaultTimeout(patienceMs)
  const strays: string[] = []
  await context.route('**/*', route => {
    const url = new URL(route.request().url())
    if (url.protocol === 'chrome-extension:' || url.hostname === '127.0.0.1') return route.continue()
    const answer = answers(url)
    if (answer)
      return route.fulfill({
        contentType: answer.contentType ?? 'text/html; charset=utf-8',
        body: answer.body,
      })
    strays.push(url.href)
    return route.abort()
  })
  const worker =
    context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker', { timeout: patienceMs }))
  const extensionId = new URL(worker.url()).host
  const open = async (url: string) => {
    const page = await context.newPage()
    await page.goto(url)
    return page
  }
  return {
    context,
    extensionId,
    strays,
    open,
    openOwn: path => open(`chrome-extension://${extensionId}/${path}`),
    stopWorker: () => stopWorker(context, extensionId),
    kill: () => killBrowser(context),
    async close() {
      await context.close()
      if (!profileFolder) await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Starts a real Chromium without the extension. */
export function startPlainChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, chromiumSandbox: false })
}

const sessionOf = async (context: BrowserContext): Promise<CDPSession> => {
  const browser = context.browser()
  if (!browser) throw new Error('The browser has gone.')
  return browser.newBrowserCDPSession()
}

async function stopWorker(context: BrowserContext, extensionId: string): Promise<void> {
  const cdp = await sessionOf(context)
  const { targetInfos } = await cdp.send('Target.getTargets')
  const worker = targetInfos.find(({ type, url }) => type === 'service_worker' && url.includes(extensionId))
  if (!worker) throw new Error('No worker runs.')
  const { targetId } = worker
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId })
  // The next worker may be there at once and under the same id, so only this event tells that the old one is gone.
  const isGone = new Promise<void>(resolve => {
    cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
      if (JSON.parse(message).method === 'Inspector.targetCrashed') resolve()
    })
  })
  const message = JSON.stringify({ id: 1, method: 'Inspector.enable' })
  await cdp.send('Target.sendMessageToTarget', { sessionId, message })
  await cdp.send('Target.closeTarget', { targetId })
  await isGone
  await cdp.detach()
}

async function killBrowser(context: BrowserContext): Promise<void> {
  const cdp = await sessionOf(context)
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  const main = processInfo.find(({ type }) => type === 'browser')
  if (!main) throw new Error('No browser process.')
  const gone = new Promise(resolve => context.once('close', resolve))
  process.kill(main.id, 'SIGKILL')
  await gone
}
