/** A server over one made-up dataset, in a process of its own, whose memory and turns of the event loop are measured. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { buildApp } from '../../src/http/app.ts'
import type { Services } from '../../src/http/services.ts'
import { openDataset } from '../../src/store/dataset-store.ts'
import { createFakeServices } from '../../test/support/fake-services.ts'

export type ToBench =
  | { readonly kind: 'ready'; readonly port: number; readonly token: string }
  | { readonly kind: 'held'; readonly mostMs: number; readonly rssMiB: number }

const [folder = ''] = process.argv.slice(2)
const store = openDataset({ folder, now: Date.now })
const fake = createFakeServices()
const home: Services['home'] = {
  ...fake.home,
  datasets: () => [store],
  byId: id => (id === store.id ? store : undefined),
}
const app = buildApp({ ...fake, home }, { rateLimits: { nobody: 1e9, client: 1e9, owner: 1e9 } })
const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

const say = (message: ToBench) => process.send?.(message)
process.on('message', (message: 'measure' | 'stop') => {
  if (message === 'measure') {
    say({ kind: 'held', mostMs: delay.max / 1e6, rssMiB: process.memoryUsage.rss() / 2 ** 20 })
    delay.reset()
    return
  }
  void app.close().then(() => {
    store.close()
    fake.dispose()
    process.exit()
  })
})
const token = readFileSync(join(fake.folder, '.gleaner', 'cli-token'), 'utf8').trim()
say({ kind: 'ready', port: Number(port), token })
