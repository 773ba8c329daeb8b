/**
 * A process that files, replaces and removes made-up pictures and saves their looks as often as it can, until somebody
 * kills it. It says each picture it recorded, in the turn of its commit.
 *
 * Usage: look-file-worker.ts HOME SEED [KILL_AT@COUNT]
 */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openLooks } from '../../src/pipeline/known-looks.ts'
import { openHome } from '../../src/store/home.ts'
import type { DatasetStore, FailpointName, ImageLook, NewImage } from '../../src/store/types.ts'
import { clientId, makeBatch, makeEnd, makeImage, openRules } from './samples.ts'

const [, , folder = '', seed = '1', killText = ''] = process.argv
const [killAt = '', killCount = '1'] = killText.split('@')
const say = (text: string) => void writeSync(1, `${text}\n`)

let passed = 0
function failpoint(name: FailpointName) {
  if (name !== killAt) return
  passed += 1
  if (passed === Number(killCount)) process.kill(process.pid, 'SIGKILL')
}

/** One to four forms of kinds that ascend. */
function anyForms(): Uint8Array {
  const kinds = [0, 1, 2, 3].filter(kind => kind === 0 || Math.random() < 0.5)
  return Buffer.concat(kinds.map(kind => Buffer.concat([Uint8Array.of(kind), randomBytes(32)])))
}

const imageOf = (name: string): NewImage =>
  makeImage(name, { look: { version: 1, forms: anyForms(), packed: new Uint8Array(8), pixelDigest: null } })

async function fileOne(store: DatasetStore, name: string, known: (look: ImageLook) => void) {
  const lease = store.lease('a.example', Date.now())
  if (!lease) throw new Error('nothing to lease')
  const looks = store.looks()
  const held = looks[Math.floor(Math.random() * looks.length)]
  const committed = (look: ImageLook) => {
    known(look)
    say(`recorded ${look.seq}`)
  }
  const dice = Math.random()
  if (dice < 0.2 && held) {
    await store.upgradeImage(lease, held.imageId, imageOf(name), makeEnd(lease, { code: 'UPGRADED' }), {
      committed,
    })
  } else {
    await store.recordImage(lease, imageOf(name), makeEnd(lease), { committed })
  }
  if (dice > 0.9 && held) await store.removeImage(held.imageId)
}

const home = await openHome({ folder, now: Date.now, failpoint })
const filed = `${seed}-${process.pid}`
const urls = Array.from({ length: 400 }, (_, at) => `https://a.example/${filed}/${at}`)
home.accept(clientId, makeBatch(urls), openRules)
const store = home.byName('Birds')
if (!store) throw new Error('no dataset')
const told = (error: unknown) => {
  say(`failed ${error}`)
  process.exit(1)
}
await new Promise<void>(resolve => {
  const opening = { signal: new AbortController().signal, ready: resolve, failed: told, unsaved: told }
  // Saved after every second change, far more often than is worth it.
  const looks = openLooks(store.lookFile, opening, () => {}, 2)
  if (looks.isReady()) resolve()
  const goOn = async () => {
    for (const at of urls.keys()) {
      await fileOne(store, `${filed} ${at}`, ({ seq, look }) =>
        looks.put(seq, look?.forms ?? new Uint8Array()),
      )
      looks.catchUp()
    }
    say('all filed')
    process.exit(0)
  }
  goOn().catch(told)
})
