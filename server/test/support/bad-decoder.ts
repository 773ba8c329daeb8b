/** A decoder that misbehaves as the bytes it is given ask for. Talks like the real one. */
import { existsSync, writeFileSync } from 'node:fs'
import type { DecoderAnswer, DecoderGreeting, DecoderRequest } from '../../src/imaging/decode-protocol.ts'
import { blankFingerprint, blankQuality } from './fingerprints.ts'

let current = ''
let openedBefore = 0

function say(message: DecoderAnswer | DecoderGreeting): void {
  process.send?.(message)
}

function opened(job: number, megapixels = 1): void {
  say({
    kind: 'opened',
    job,
    facts: {
      format: 'jpeg',
      width: 100,
      height: 100,
      frames: 1,
      perceptualHash: null,
      fingerprint: blankFingerprint,
      queryForms: [],
      blockHash: null,
      qualityScore: 0,
      quality: blankQuality,
      meanChroma: [megapixels, 0],
      // Tells the test which process answered, and how much it had done before.
      rights: {
        pid: String(process.pid),
        parent: String(process.ppid),
        before: String(openedBefore++),
        env: Object.keys(process.env).join(),
      },
    },
    rssBytes: current === 'swollen' ? 10 ** 12 : 50_000_000,
  })
}

const rendered = (job: number) =>
  say({
    kind: 'rendered',
    job,
    picture: { kind: 'rendered', bytes: Buffer.from([0xff, 0xd9]), width: 1, height: 1 },
  })

function spin(): never {
  for (;;) current.at(0)
}

function allocate(): never {
  const hoard: Buffer[] = []
  for (;;) hoard.push(Buffer.alloc(16 * 1024 * 1024, 1))
}

/**
 * `hang-once <file>` and `hang-once-in-render <file>`: the first process that is asked leaves its number and its parent's in
 * the file and says no more; later ones do as they should.
 */
function isHanging(manner: string): boolean {
  const [name, file] = current.split(' ')
  if (name !== manner || !file || existsSync(file)) return false
  writeFileSync(file, `${process.pid} ${process.ppid}`)
  return true
}

const manners: Readonly<Record<string, (job: number) => void>> = {
  good: opened,
  swollen: opened,
  spin,
  allocate,
  abort: () => process.abort(),
  exit: () => process.exit(0),
  silent: () => {},
  late: job => {
    opened(job - 1)
    opened(job)
    opened(job)
  },
  'heavy-40': job => say({ kind: 'weighed', job, megapixels: 40 }),
  'heavy-400': job => say({ kind: 'weighed', job, megapixels: 400 }),
  'hang-once': job => {
    if (!isHanging('hang-once')) opened(job)
  },
  'hang-once-in-render': opened,
  'abort-in-render': opened,
  'spin-in-render': opened,
}

process.on('disconnect', () => process.exit())
process.on('message', message => {
  const request = message as DecoderRequest
  if (request.kind === 'open') {
    current = Buffer.from(request.bytes).toString('latin1')
    manners[current.split(' ')[0] ?? '']?.(request.job)
  }
  if (request.kind === 'proceed') setTimeout(opened, 5, request.job)
  if (request.kind === 'render') {
    if (current === 'abort-in-render') process.abort()
    if (current === 'spin-in-render') spin()
    if (!isHanging('hang-once-in-render')) rendered(request.job)
  }
})

say({ kind: 'ready' })
