/** Background worker. Everything the browser may wake it for is registered here, before the first `await`. */
import { Receipt } from '@gleaner/shared/api'
import { createAlarm } from '../platform/alarms.ts'
import { isCovered } from '../platform/match-pattern.ts'
import { askTab, listen, refreshTabs } from '../platform/messages.ts'
import {
  contentPatterns,
  extensionId,
  mayReachServer,
  onCommand,
  onWake,
  openOptions,
  ownPages,
  showBadge,
} from '../platform/runtime.ts'
import { keepPagesOut, localStore, sessionStore } from '../platform/storage.ts'
import { onTabClosed } from '../platform/tabs.ts'
import { badgeText } from './badge.ts'
import { createClient } from './client.ts'
import { clientName } from './client-name.ts'
import { createFlush } from './flush.ts'
import { createGate } from './gate.ts'
import { answer, createHandlers } from './handlers.ts'
import { createMemory } from './memory.ts'
import { createOutbox } from './outbox.ts'

const memory = createMemory(localStore, sessionStore)
const outbox = createOutbox({ store: localStore, now: Date.now })
const client = createClient({
  fetch: (input, init) => fetch(input, init),
  mayReach: mayReachServer,
  port: async () => (await memory.settings()).port,
  pairing: memory.pairing,
  clientName: clientName(navigator.userAgent),
  now: () => performance.now(),
})

const changed = () => {
  void outbox.counts().then(({ waiting }) => showBadge(badgeText(waiting)))
}
const alarm = createAlarm('flush', () => void flush.run())
const flush = createFlush({
  outbox,
  deliver: batch => client.post('/api/collect/batches', batch, Receipt),
  alarm,
  now: () => performance.now(),
  changed,
})
const handlers = createHandlers({
  outbox,
  flush,
  client,
  memory,
  alarm,
  openOptions,
  refreshTabs,
  changed,
})
const admit = createGate({
  extensionId: extensionId(),
  ownPages: ownPages(),
  isEnginePage: url => contentPatterns().some(pattern => isCovered(url, pattern)),
})

listen((message, sender) => {
  const admitted = admit(message, sender)
  return admitted && answer(handlers, admitted)
})
onWake(() => void flush.run())
onTabClosed(tabId => void memory.forgetTab(tabId))
onCommand('collect', tabId => {
  // A tab without results has nobody to answer; the bar shows everything else.
  askTab(tabId, 'collectNow', {}).catch(() => undefined)
})

void keepPagesOut()
void flush.run()
changed()
