/** Background worker. Everything the browser may wake it for is registered here, before the first `await`. */
import { BrowserFetches, Receipt, UndoAnswer } from '@gleaner/shared/collect'
import { createAlarm } from '../platform/alarms.ts'
import { engines } from '../platform/engines.ts'
import { onMenuClick, showMenu } from '../platform/menus.ts'
import { extensionId, listen } from '../platform/messages.ts'
import {
  grantedOrigins,
  isGranted,
  mayReachServer,
  onGrantsChanged,
  serverOrigin,
} from '../platform/permissions.ts'
import {
  contentPatterns,
  onCommand,
  onWake,
  openOptions,
  openPopup,
  ownPages,
  showOnButton,
} from '../platform/runtime.ts'
import {
  registeredScripts,
  registerScripts,
  runInTab,
  scriptFiles,
  unregisterScripts,
} from '../platform/scripting.ts'
import { keepPagesOut, localStore, sessionStore } from '../platform/storage.ts'
import { askTab, refreshTabs } from '../platform/tab-messages.ts'
import { addressOf, onTabClosed, tabsAt } from '../platform/tabs.ts'
import { takeBack } from '../platform/take-back.ts'
import { type BadgeLook, colors, generalBadge, tabBadge } from './badge.ts'
import { createBrowserFetching } from './browser-fetch.ts'
import { createClient } from './client.ts'
import { clientName } from './client-name.ts'
import { createObserver } from './connection.ts'
import { createFetchWatch } from './fetch-watch.ts'
import { createFlush } from './flush.ts'
import { createGate } from './gate.ts'
import { addPicture, answer, createHandlers, type Services } from './handlers.ts'
import { toHex } from './hex.ts'
import { createLedger } from './ledger.ts'
import { createMemory } from './memory.ts'
import { createOutbox } from './outbox.ts'
import { createPictureMenu } from './picture-menu.ts'
import { createPresses } from './presses.ts'
import { createSites } from './sites.ts'

const memory = createMemory(localStore, sessionStore)
const outbox = createOutbox({ store: localStore, now: Date.now })
const ledger = createLedger(localStore)
const client = createClient({
  fetch: (input, init) => fetch(input, init),
  mayReach: mayReachServer,
  port: async () => (await memory.settings()).port,
  pairing: memory.pairing,
  clientName: clientName(navigator.userAgent),
  now: () => performance.now(),
})

const show = ({ text, tone, title }: BadgeLook, tabId?: number) =>
  // The tab may be gone by now.
  showOnButton({ text, title, color: colors[tone] }, tabId).catch(() => undefined)
const changed = () => void outbox.counts().then(({ waiting }) => show(generalBadge(waiting)))

const alarm = createAlarm('flush', () => void flush.run())
const flush = createFlush({
  outbox,
  deliver: batch => client.post('/api/collect/batches', batch, Receipt),
  undo: withdrawal => client.post('/api/collect/undo', withdrawal, UndoAnswer),
  alarm,
  now: () => performance.now(),
  changed,
})

const fetchAlarm = createAlarm('fetch', () => void fetchWatch.ring())
const fetching = createBrowserFetching({
  ask: query => client.post('/api/collect/browser-fetches', query, BrowserFetches),
  hand: client.hand,
  fetch: (input, init) => fetch(input, init),
  isGranted,
  collected: ledger.collected,
  remember: memory.setRefusingHosts,
  wait: pauseMs => new Promise(resolve => setTimeout(resolve, pauseMs)),
})
const fetchWatch = createFetchWatch({ fetching, alarm: fetchAlarm, store: localStore, now: Date.now })

const sites = createSites({
  granted: grantedOrigins,
  installed: contentPatterns(),
  server: serverOrigin,
  answering: engines.flatMap(({ access, hasAnswers, origins }) =>
    access === 'request' && hasAnswers ? origins : [],
  ),
  engines,
  files: scriptFiles(),
  registered: registeredScripts,
  register: registerScripts,
  unregister: unregisterScripts,
  addressOf,
  isEntered: tabId =>
    askTab(tabId, 'readPage', {}).then(
      () => true,
      () => false,
    ),
  runInTab,
})

const services: Services = {
  outbox,
  flush,
  client,
  memory,
  sites,
  presses: createPresses({ memory, outbox, flush, ledger, client, alarm, changed }),
  observe: createObserver({ memory, outbox, flush }),
  newPressId: () => toHex(crypto.getRandomValues(new Uint8Array(16))),
  openOptions,
  refreshTabs,
  changed,
  recentsChanged: () => void menu.refresh(),
  progressed: (tabId, progress, run) => void show(tabBadge(progress, run), tabId),
  collected: () => void fetchWatch.expect(),
  fetchesExpected: () => void fetchWatch.look(),
}
const handlers = createHandlers(services)
const menu = createPictureMenu({
  memory,
  show: showMenu,
  candidateAt: (tabId, imageUrl) => askTab(tabId, 'candidateAt', { imageUrl }),
  add: (tabId, destination, picture) => addPicture(services, tabId, destination, picture),
  openPopup,
  failed: (tabId, error) => {
    if (error !== undefined) console.error(error)
    void show({ text: '!', tone: 'trouble', title: 'Gleaner: this picture could not be added' }, tabId)
  },
})
const admit = createGate({ extensionId: extensionId(), ownPages: ownPages(), isOpen: sites.isOpen })

/** Scripts follow what is allowed; what was just allowed is entered at once, for the popup may not live to ask for it. */
async function followGrants(added: readonly string[]): Promise<void> {
  await sites.sync()
  for (const tabId of await tabsAt(added)) await sites.enter(tabId).catch(() => undefined)
  await fetching.run()
}

listen((message, sender) => admit(message, sender)?.then(admitted => answer(handlers, admitted)))
onWake(() => {
  void flush.run()
  void menu.refresh()
})
onGrantsChanged(added => void followGrants(added).catch(error => console.error(error)))
onMenuClick(click => void menu.clicked(click))
onTabClosed(tabId => void memory.forgetTab(tabId))
// A tab without results has nobody to answer; the bar shows everything else.
onCommand('collect', tabId => void askTab(tabId, 'collectNow', {}).catch(() => undefined))
onCommand('pick', tabId => void askTab(tabId, 'pickNow', {}).catch(() => undefined))
onCommand('undo', tabId => {
  const inPage = () => askTab(tabId, 'undoNow', {})
  const inBackground = () => handlers.undo({}, { tabId })
  void takeBack({ inPage, inBackground }).catch(() => undefined)
})

void keepPagesOut()
void sites.sync().catch(error => console.error(error))
void flush.run()
void fetchWatch.ring()
changed()
