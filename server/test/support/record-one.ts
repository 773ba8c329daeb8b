/** Takes one batch and files one picture, marking its steps for somebody who watches the system calls. */
import { writeSync } from 'node:fs'
import { openHome } from '../../src/store/home.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from './samples.ts'

const mark = (text: string) => void writeSync(1, `MARK ${text}\n`)

const home = await openHome({ folder: process.argv[2] ?? '', now: Date.now })
const warmUp = makeBatch(['https://a.example/0'])
home.accept(clientId, warmUp, openRules)
mark('batch')
home.accept(clientId, makeBatch(['https://a.example/1']), openRules)
mark('acknowledged')
const store = home.byName('Birds')
for (let n = 0; n < 2; n += 1) {
  const lease = store?.lease('a.example', Date.now())
  if (!store || !lease) throw new Error('nothing to lease')
  mark(`picture ${n}`)
  await store.recordImage(lease, makeImage(`${n}`), makeEnd(lease))
  mark(`recorded ${n}`)
}
mark('end')
home.close()
