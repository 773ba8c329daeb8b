import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer from 'puppeteer-core'
import { type Bidi, bidiOf } from './bidi.ts'
import type { Answers } from './browser.ts'
import { driveTab, type FirefoxTab } from './firefox-tab.ts'
import type { TestServer } from './stack.ts'

const builtExtension = fileURLToPath(new URL('../../dist/extension-firefox', import.meta.url))

/** As the manifest names it. */
const extensionId = 'gleaner@gleaner.example'
/** Firefox draws one at random for each profile; a test wants to know it beforehand. */
const hostOfOwnPages = '6c5a1e0e-0b6f-4a53-9a54-3f0a5d4c1b27'

const ofDebian = '/usr/bin/firefox-esr'
/** As `npm test` found or installed it; empty when it could do neither. */
export const firefoxPath = process.env.FIREFOX_PATH ?? (existsSync(ofDebian) ? ofDebian : '')

export interface FirefoxBrowser {
  /** Addresses the browser asked for that are neither ours nor answered, be it for a page or for the extension. */
  readonly strays: readonly string[]
  open(url: string): Promise<FirefoxTab>
  /** Opens one of the extension's own pages in a tab. */
  openOwn(path: string, options?: { readonly isBehind?: boolean }): Promise<FirefoxTab>
  /** The browser's number for the tab in front, as the popup is given it. */
  activeTabId(): Promise<number>
  /** Presses Allow in the browser's own question about a permission. @returns what it asked */
  allowPermission(): Promise<string>
  /** Ends the extension's background page as the browser does when it likes to: whatever it was doing. */
  stopBackground(): Promise<void>
  /** Ends the browser without warning. A profile of the caller's own stays. */
  kill(): Promise<void>
  close(): Promise<void>
}

export interface FirefoxOptions {
  readonly answers: Answers
  /** A profile to come back to; by default a new one that is deleted at the end. */
  readonly profileFolder?: string
  /** Unpacked extension to load; by default the one that was built. */
  readonly extensionFolder?: string
}

/** Where all that is not answered ends: a proxy that lets nothing through and remembers who came. */
async function startDeadEnd(strays: string[]) {
  const remember = (address: string) => {
    // The browser's own housekeeping, which no setting keeps quiet.
    if (!/(?:^|[/.])(?:mozilla|firefox)\.(?:com|net|org)\b/.test(address)) strays.push(address)
  }
  const proxy = createServer((request, response) => {
    remember(request.url ?? '')
    response.writeHead(502).end()
  }).on('connect', (request, socket) => {
    remember(request.url ?? '')
    socket.end('HTTP/1.1 502 Nobody there\r\n\r\n')
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  return {
    port: (proxy.address() as AddressInfo).port,
    close: () => {
      proxy.closeAllConnections()
      proxy.close()
    },
  }
}

const settings = (proxyPort: number) => ({
  'extensions.webextensions.uuids': JSON.stringify({ [extensionId]: hostOfOwnPages }),
  // An extension that is loaded for a test leaves with the browser; what it kept must be there when it comes back.
  'extensions.webextensions.keepStorageOnUninstall': true,
  'extensions.webextensions.keepUuidOnUninstall': true,
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': proxyPort,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': proxyPort,
  'network.proxy.no_proxies_on': '127.0.0.1',
})

interface RequestSent {
  readonly isBlocked: boolean
  readonly request: { readonly request: string; readonly url: string }
}

/** Has every request of every page answered by the test, or by this machine, or by nobody. */
async function answerRequests(bidi: Bidi, answers: Answers, strays: string[]): Promise<void> {
  const reply = async ({ request, url }: RequestSent['request']) => {
    const address = new URL(url)
    if (address.hostname === '127.0.0.1' || address.protocol === 'data:')
      return bidi.send('network.continueRequest', { request })
    const answer = answers(address)
    if (answer === undefined) {
      if (address.pathname !== '/favicon.ico') strays.push(url)
      return bidi.send('network.failRequest', { request })
    }
    const type = answer.contentType ?? 'text/html; charset=utf-8'
    return bidi.send('network.provideResponse', {
      request,
      statusCode: 200,
      reasonPhrase: 'OK',
      headers: [{ name: 'content-type', value: { type: 'string', value: type } }],
      body: { type: 'base64', value: Buffer.from(answer.body).toString('base64') },
    })
  }
  bidi.on<RequestSent>('network.beforeRequestSent', ({ isBlocked, request }) => {
    // A tab may be closed while its requests are being answered.
    if (isBlocked) reply(request).catch(() => undefined)
  })
  await bidi.send('network.addIntercept', { phases: ['beforeRequestSent'] })
  await bidi.send('session.subscribe', { events: ['network.beforeRequestSent'] })
}

/**
 * Starts a real Firefox with the built extension. Addresses of the web are answered by `answers`, everything else but
 * this machine is refused, so no test reaches the internet.
 */
export async function startFirefox(options: FirefoxOptions): Promise<FirefoxBrowser> {
  const { answers, profileFolder, extensionFolder = builtExtension } = options
  const profile = profileFolder ?? (await mkdtemp(join(tmpdir(), 'gleaner-profile-')))
  const strays: string[] = []
  const deadEnd = await startDeadEnd(strays)
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    headless: true,
    userDataDir: profile,
    // Without it no driver may look at the pages of an extension.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: settings(deadEnd.port),
    timeout: 60_000,
  })
  const bidi = bidiOf(browser)
  await answerRequests(bidi, answers, strays)
  await browser.installExtension(extensionFolder)
  const end = async () => {
    deadEnd.close()
    if (!profileFolder) await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  return {
    strays,
    ...tabsOf(bidi),
    async kill() {
      await killed(browser.process())
      await end()
    },
    async close() {
      await browser.close()
      await end()
    },
  }
}

function tabsOf(bidi: Bidi) {
  const openTab = async (url: string, isBehind: boolean, wait: 'none' | 'complete') => {
    const { context } = await bidi.send<{ context: string }>('browsingContext.create', {
      type: 'tab',
      background: isBehind,
    })
    await bidi.send('browsingContext.navigate', { context, url, wait })
    return driveTab(bidi, context)
  }
  // Nobody ever says that a page of the extension is complete.
  const openOwn: FirefoxBrowser['openOwn'] = (path, { isBehind = false } = {}) =>
    openTab(`moz-extension://${hostOfOwnPages}/${path}`, isBehind, 'none')
  /** Runs a function with the browser's own rights. */
  const asBrowser = async <Result, Args extends (string | number)[]>(
    run: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ) => {
    const { contexts } = await bidi.send<{ contexts: { context: string }[] }>('browsingContext.getTree', {
      'moz:scope': 'chrome',
    })
    return bidi.call(contexts[0]?.context ?? '', run, ...args)
  }
  return {
    open: (url: string) => openTab(url, false, 'complete'),
    openOwn,
    allowPermission: () => asBrowser(pressAllow),
    async activeTabId() {
      const options = await openOwn('options.html', { isBehind: true })
      await options.page.waitForText(/gleaner/i)
      const id = await bidi.call(options.context, async () => {
        const { browser } = globalThis as unknown as {
          browser: { tabs: { query(about: object): Promise<{ id: number }[]> } }
        }
        const [tab] = await browser.tabs.query({ active: true, currentWindow: true })
        return tab?.id ?? -1
      })
      await options.close()
      return id
    },
    stopBackground: () =>
      asBrowser(async id => {
        const { WebExtensionPolicy } = globalThis as unknown as {
          WebExtensionPolicy: {
            getByID(id: string): { extension: { terminateBackground(how: object): Promise<void> } }
          }
        }
        await WebExtensionPolicy.getByID(id).extension.terminateBackground({ ignoreDevToolsAttached: true })
      }, extensionId),
  } satisfies Partial<FirefoxBrowser>
}

/** Runs with the browser's own rights: waits for the question and presses its first button once that can be pressed. */
async function pressAllow(): Promise<string> {
  for (;;) {
    const panel = document.getElementById('notification-popup') as (HTMLElement & { state: string }) | null
    const question = panel?.querySelector('popupnotification') as
      | (HTMLElement & { button: HTMLButtonElement })
      | null
    if (panel?.state === 'open' && question && !question.button.disabled) {
      const asked = question.textContent ?? ''
      question.button.click()
      return asked
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

async function killed(main: ChildProcess | null): Promise<void> {
  if (!main) throw new Error('No browser process.')
  const exited = once(main, 'exit')
  main.kill('SIGKILL')
  await exited
}

/** Connects the extension to the server as a person does: the code from the dashboard, typed into the options page. */
export async function pairFirefox(browser: FirefoxBrowser, server: TestServer): Promise<void> {
  const { page, close } = await browser.openOwn('options.html')
  await page.waitForText(/Server not running|Not connected/)
  await page.fill('textbox', /^Port$/, String(server.port))
  await page.click('button', /^Save$/)
  const { code } = await server.ask<{ code: string }>('POST', '/api/pairing', {})
  await page.fill('textbox', /^Pairing code$/, code)
  await page.click('button', /^Connect$/)
  await page.waitForText(/This browser is paired/)
  await close()
}
