/**
 * A worker that could stand on another machine: a process of its own that fetches and decodes for whoever connects to its
 * socket, with the very parts the server uses. `fork(socket-worker.ts, [socket, decoder options as JSON])`; sends `ready`.
 */
import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { OpenPicture } from '../../src/work/work.ts'
import { onFrame, sendFrame } from './frames.ts'
import { createTestWorkshop } from './test-workshop.ts'
import type { JobAnswer, JobRequest, WorkAnswer, WorkRequest } from './work-messages.ts'

const [path = '', decoderOptions = '{}'] = process.argv.slice(2)
const options = { children: 2, ...JSON.parse(decoderOptions) }
const workshop = createTestWorkshop(options)

interface Job {
  readonly abort: AbortController
  picture?: OpenPicture
}

/** An answer, and the bytes that go with it. */
type Said = readonly [answer: JobAnswer, bytes?: Buffer]

async function fetchFor({ job, what }: JobRequest & { kind: 'fetch' }, { abort }: Job): Promise<Said> {
  const result = await workshop.fetch(what, abort.signal)
  if (!('bytes' in result)) return [{ kind: 'fetched', job, result }]
  const { bytes, ...rest } = result
  return [{ kind: 'fetched', job, result: rest }, bytes]
}

async function openFor(
  { job, settings }: JobRequest & { kind: 'open' },
  bytes: Buffer,
  begun: Job,
): Promise<Said> {
  const picture = await workshop.open({ bytes, settings }, begun.abort.signal)
  if (picture.kind === 'failed') return [{ kind: 'failed', job, failure: picture }]
  begun.picture = picture
  return [{ kind: 'opened', job, facts: picture.facts }]
}

async function renderFor({ job }: JobRequest, { picture }: Job): Promise<Said> {
  if (!picture) throw new Error(`job ${job} holds no picture`)
  const rendered = await picture.render()
  if (rendered.kind === 'failed') return [{ kind: 'failed', job, failure: rendered }]
  const { bytes, ...rest } = rendered
  return [{ kind: 'rendered', job, picture: rest }, bytes]
}

function serve(socket: Socket): void {
  const jobs = new Map<number, Job>()
  const say = (answer: WorkAnswer, bytes?: Buffer) => sendFrame(socket, answer, bytes)

  const obey = (request: JobRequest, bytes: Buffer): Promise<Said> => {
    const known = jobs.get(request.job) ?? { abort: new AbortController() }
    jobs.set(request.job, known)
    if (request.kind === 'fetch') return fetchFor(request, known)
    return request.kind === 'open' ? openFor(request, bytes, known) : renderFor(request, known)
  }
  /** Unless nobody wants it any more. A picture that was opened stays; everything else is over with its answer. */
  const reply = (answer: JobAnswer, bytes?: Buffer) => {
    const isWanted = answer.kind === 'opened' ? jobs.has(answer.job) : jobs.delete(answer.job)
    if (isWanted) say(answer, bytes)
  }
  const letGo = (job: number) => {
    const known = jobs.get(job)
    jobs.delete(job)
    known?.abort.abort()
    known?.picture?.release()
  }

  onFrame(socket, ({ head, body }) => {
    const request = head as WorkRequest
    if (request.kind === 'are-you-there') say({ kind: 'here' })
    else if (request.kind === 'let-go') letGo(request.job)
    else {
      const { job } = request
      obey(request, body).then(
        said => reply(...said),
        error => reply({ kind: 'broken', job, reason: String(error) }),
      )
    }
  })
  // Whoever asked is gone: so is the interest in the answers.
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    for (const job of [...jobs.keys()]) letGo(job)
  })
  say({ kind: 'ready', fetches: 16, pictures: options.children })
}

rmSync(path, { force: true }) // of a worker that was killed
createServer(serve).listen(path, () => process.send?.('ready'))
process.on('disconnect', () => void workshop.close().finally(() => process.exit()))
