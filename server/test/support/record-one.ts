/** Takes a batch, files pictures, one at a time and then several at once, and acts on one, marking its steps for somebody who watches the system calls. */
import { writeSync } from 'node:fs'
import { openHome } from '../../src/store/home.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from './samples.ts'

const mark = (text: string) => void writeSync(1, `MARK ${text}\n`)

const home = await openHome({ folder: process.argv[2] ?? '', now: Date.now })
const warmUp = makeBatch(['https://a.example/0'])
home.accept(clientId, warmUp, openRules)
mark('batch')
const many = Array.from({ length: 499 }, (_, n) => `https://many.example/${n}`)
home.accept(clientId, makeBatch(['https://a.example/1', ...many]), openRules)
mark('acknowledged')
const store = home.byName('Birds')
for (let n = 0; n < 2; n += 1) {
  const lease = store?.lease('a.example', Date.now())
  if (!store || !lease) throw new Error('nothing to lease')
  mark(`picture ${n}`)
  await store.recordImage(lease, makeImage(`${n}`), makeEnd(lease))
  mark(`recorded ${n}`)
}
/** Said in the turn of the commit, in order: whoever hears it believes it. */
const urls = Array.from({ length: 6 }, (_, n) => `https://group.example/${n}`)
home.accept(clientId, makeBatch(urls), openRules)
const leases = urls.map(() => {
  const lease = store?.lease('group.example', Date.now())
  if (!store || !lease) throw new Error('nothing to lease')
  return lease
})
mark('group')
await Promise.all(
  leases.map(async (lease, n) => {
    const committed = () => mark(`committed ${n}`)
    await store?.recordImage(lease, makeImage(`group ${n}`), makeEnd(lease), { committed })
  }),
)
mark('grouped')
mark('act')
const imageIds = [makeImage('0').original.digest.slice(0, 20)]
await store?.acts.ask(
  { key: '0'.repeat(32), act: { kind: 'mark', mark: 'kept', of: { imageIds } } },
  'dashboard',
)
mark('acted')
mark('end')
home.close()
