/** Content script: puts the bar on a results page. Makes no request and touches nothing of the page. */
import { findHarvester } from '../harvesters/registry.ts'
import type { Destination } from '../platform/message-table.ts'
import type { Envelope } from '../platform/messages.ts'
import { ask, listen } from '../platform/messages.ts'
import { extensionId } from '../platform/runtime.ts'
import { createBar } from './bar.ts'
import { createController } from './controller.ts'
import { createReader } from './reader.ts'
import { watchPage } from './watch.ts'

const timers = new Map<string, ReturnType<typeof setTimeout>>()

function wait(name: string, pauseMs: number, then: () => unknown): void {
  clearTimeout(timers.get(name))
  timers.set(name, setTimeout(then, pauseMs))
}

const newPressId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')

const reader = createReader({ document, address: () => location.href, findHarvester })
const bar = createBar({
  collect: () => controller.collect().catch(() => undefined),
  consent: () => void controller.consent(),
  minimise: isMinimised => void controller.minimise(isMinimised),
  choose: destination => void controller.choose(destination),
  openOptions: () => void controller.openOptions(),
})
const controller = createController({
  reader,
  ask,
  bar,
  pageUrl: () => location.href,
  newPressId,
  isVisible: () => document.visibilityState === 'visible',
  wait,
})

listen((message, sender) => {
  if (sender.id !== extensionId()) return undefined
  const { type, ask: question } = message as Envelope
  if (type === 'readPage') return Promise.resolve(controller.view())
  if (type === 'collectNow') {
    return controller.collect((question as { destination?: Destination }).destination)
  }
  if (type === 'refresh') return controller.refresh().then(() => null)
  return undefined
})

watchPage({
  document,
  changed: () => void controller.pageChanged(),
  shown: () => void controller.refresh(),
})
void controller.refresh()
