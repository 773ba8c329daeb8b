/** A decoder that misbehaves as the bytes it is given ask for. Talks like the real one. */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import type { DecoderAnswer, DecoderGreeting, DecoderRequest } from '../../src/imaging/decode-protocol.ts'
import { createJobLine } from '../../src/imaging/job-line.ts'
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

/** The first process that is asked leaves a file behind; later ones find it. */
function isFirst(): boolean {
  const file = current.split(' ')[1] ?? ''
  if (existsSync(file)) return false
  writeFileSync(file, '')
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
  // Until the next one lies there.
  'until-next': () => {},
  // Leaves a mark for each that is given to it meanwhile.
  counting: () => {},
  // Until that one is taken back.
  'until-withdrawn': () => {},
  deaf: () => {},
  'abort-beside': () => {
    if (!isFirst()) process.abort()
  },
  'abort-once': job => {
    if (isFirst()) process.abort()
    opened(job)
  },
  'hang-once': job => {
    if (!isHanging('hang-once')) opened(job)
  },
  'hang-once-in-render': opened,
  'abort-in-render': opened,
  'spin-in-render': opened,
}

/** The picture that is worked on or held. */
let atWork = { job: 0, done: () => {} }

const line = createJobLine(async ({ bytes, job }) => {
  current = Buffer.from(bytes).toString('latin1')
  await new Promise<void>(done => {
    atWork = { job, done }
    manners[current.split(' ')[0] ?? '']?.(job)
  })
})

const requests: Readonly<Record<string, (job: number) => void>> = {
  withdraw: job => {
    if (current !== 'deaf' && line.withdraw(job)) say({ kind: 'withdrawn', job })
    if (current === 'deaf' || current === 'until-withdrawn') opened(atWork.job)
  },
  proceed: job => setTimeout(opened, 5, job),
  release: () => atWork.done(),
  render: job => {
    if (current === 'abort-in-render') process.abort()
    if (current === 'spin-in-render') spin()
    if (isHanging('hang-once-in-render')) return
    rendered(job)
    atWork.done()
  },
}

process.on('disconnect', () => process.exit())
process.on('message', message => {
  const request = message as DecoderRequest
  requests[request.kind]?.(request.job)
  if (!('bytes' in request)) return
  line.add(request)
  if (request.job === atWork.job) return
  if (current === 'until-next') opened(atWork.job)
  if (current.startsWith('counting ')) appendFileSync(current.split(' ')[1] ?? '', '+')
  if (current.startsWith('abort-beside ')) process.abort()
})

say({ kind: 'ready' })
