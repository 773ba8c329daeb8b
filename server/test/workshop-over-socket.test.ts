/** What only a workshop behind sockets can do wrong: workers that are away, silent, slow or gone in the middle. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FetchJob, PictureFacts, Workshop } from '../src/work/work.ts'
import { blankFingerprint, blankQuality } from './support/fingerprints.ts'
import { type Frame, onFrame, sendFrame } from './support/frames.ts'
import { createSocketWorkshop } from './support/socket-workshop.ts'
import type { WorkAnswer, WorkRequest } from './support/work-messages.ts'

const never = new AbortController().signal
const { accept, render } = defaultSettings
const fetchJob: FetchJob = { url: 'http://a.example/1.jpg', maxBytes: 1_000, honourOptOut: true }
const facts: PictureFacts = {
  ...{ format: 'jpeg', width: 100, height: 100, frames: 1, rights: {} },
  ...{ perceptualHash: null, blockHash: null, qualityScore: 0, meanChroma: [0, 0] },
  ...{ fingerprint: blankFingerprint, queryForms: [], quality: blankQuality },
}

let folder: string
let workshop: Workshop | undefined
const servers: Server[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gleaner-socket-'))
})
afterEach(async () => {
  await workshop?.close()
  for (const server of servers.splice(0)) await new Promise(resolve => server.close(resolve))
  rmSync(folder, { recursive: true })
})

interface FakeWorker {
  readonly requests: { readonly request: WorkRequest; readonly frame: Frame }[]
  readonly asked: (kind: WorkRequest['kind']) => number
}

/** A worker that does with each request what the test says. */
async function fakeWorker(
  path: string,
  obey: (request: WorkRequest, say: (answer: WorkAnswer, body?: Buffer) => void, socket: Socket) => void,
): Promise<FakeWorker> {
  const requests: FakeWorker['requests'] = []
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy())
    const say = (answer: WorkAnswer, body?: Buffer) => sendFrame(socket, answer, body)
    onFrame(socket, frame => {
      const request = frame.head as WorkRequest
      requests.push({ request, frame })
      obey(request, say, socket)
    })
    say({ kind: 'ready', fetches: 1, pictures: 1 })
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    requests,
    asked: kind => requests.filter(({ request }) => request.kind === kind).length,
  }
}

const place = (name: string) => join(folder, name)
const open = (bytes: Buffer) => workshop?.open({ bytes, settings: { accept, render } }, never)

/** Does what it is asked, in the simplest way. */
function willing(request: WorkRequest, say: (answer: WorkAnswer, body?: Buffer) => void): void {
  if (request.kind === 'are-you-there') say({ kind: 'here' })
  if (request.kind === 'open') say({ kind: 'opened', job: request.job, facts })
  if (request.kind === 'fetch') {
    const result = { kind: 'failed', code: 'DOWNLOAD_NOT_FOUND', facts: {}, hops: [], tookMs: 1 } as const
    say({ kind: 'fetched', job: request.job, result })
  }
}

test('pictures wait here, not in the socket, until their worker has a place; their bytes are never text', async () => {
  const worker = await fakeWorker(place('a'), willing)
  workshop = createSocketWorkshop({ paths: [place('a')] })
  const file = Buffer.alloc(3_000_000, 7)
  const hands = [open(file), open(file), open(file)]
  const first = await hands[0]
  // Answered after everything that was sent before it.
  await workshop.fetch(fetchJob, never)
  expect(worker.asked('open')).toBe(1)
  if (first?.kind === 'opened') first.release()
  const second = await hands[1]
  if (second?.kind === 'opened') second.release()
  await hands[2]
  const opens = worker.requests.filter(({ request }) => request.kind === 'open')
  for (const { frame } of opens) {
    expect(frame.body.equals(file)).toBe(true)
    expect(JSON.stringify(frame.head).length).toBeLessThan(1_000)
  }
  expect(opens).toHaveLength(3)
})

test('jobs wait for a worker that is not there yet, and waiting can be given up', async () => {
  workshop = createSocketWorkshop({ paths: [place('a')], againMs: 5 })
  const abort = new AbortController()
  const impatient = workshop.fetch(fetchJob, abort.signal)
  const patient = workshop.fetch(fetchJob, never)
  abort.abort()
  await expect(impatient).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  await fakeWorker(place('a'), willing)
  expect(await patient).toMatchObject({ code: 'DOWNLOAD_NOT_FOUND' })
})

test('a fetch whose worker is gone is made by another one, and nobody else notices', async () => {
  const fleeing = await fakeWorker(place('a'), (request, _say, socket) => {
    if (request.kind === 'fetch') socket.destroy()
  })
  const other = await fakeWorker(place('b'), willing)
  workshop = createSocketWorkshop({ paths: [place('a'), place('b')], againMs: 600_000 })
  const results = await Promise.all([1, 2, 3, 4].map(() => workshop?.fetch(fetchJob, never)))
  expect(results.map(result => result?.kind)).toEqual(['failed', 'failed', 'failed', 'failed'])
  expect([fleeing.asked('fetch'), other.asked('fetch')]).toEqual([1, 4])
})

test('a fetch that costs two workers ends with a reason', async () => {
  const fleeing = await fakeWorker(place('a'), (request, _say, socket) => {
    if (request.kind === 'fetch') socket.destroy()
  })
  workshop = createSocketWorkshop({ paths: [place('a')], againMs: 5 })
  await expect(workshop.fetch(fetchJob, never)).rejects.toMatchObject({
    code: 'PROTOCOL_INTERNAL',
    facts: { part: 'worker', lost: 2 },
  })
  expect(fleeing.asked('fetch')).toBe(2)
})

test('a picture that costs two workers ends with a reason, which is not its own', async () => {
  const fleeing = await fakeWorker(place('a'), (request, _say, socket) => {
    if (request.kind === 'open') socket.destroy()
  })
  workshop = createSocketWorkshop({ paths: [place('a')], againMs: 5 })
  await expect(open(Buffer.from('x'))).rejects.toMatchObject({
    code: 'PROTOCOL_INTERNAL',
    facts: { lost: 2 },
  })
  expect(fleeing.asked('open')).toBe(2)
})

test('a worker that says nothing any more is lost, though its socket stands', async () => {
  const numb = await fakeWorker(place('a'), () => {})
  workshop = createSocketWorkshop({ paths: [place('a')], beatMs: 20, againMs: 20 })
  await expect(open(Buffer.from('x'))).rejects.toMatchObject({
    code: 'PROTOCOL_INTERNAL',
    facts: { lost: 2 },
  })
  expect(numb.asked('are-you-there')).toBeGreaterThan(1)
})

test('a worker that is busy for long is not taken for lost', async () => {
  const slow = await fakeWorker(place('a'), (request, say) => {
    if (request.kind === 'open') setTimeout(willing, 400, request, say)
    else willing(request, say)
  })
  workshop = createSocketWorkshop({ paths: [place('a')], beatMs: 20 })
  expect(await open(Buffer.from('x'))).toMatchObject({ kind: 'opened' })
  expect(slow.asked('open')).toBe(1)
})

test('messages arrive whole and in order, however they are cut up on the way', () => {
  const message = fc.record({ text: fc.string(), body: fc.uint8Array({ maxLength: 300 }) })
  fc.assert(
    fc.property(
      fc.array(message),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (messages, cuts) => {
        const written: Buffer[] = []
        const nothing = () => undefined
        const out = {
          destroyed: false,
          cork: nothing,
          uncork: nothing,
          write: (part: Buffer) => written.push(part),
        }
        for (const { text, body } of messages) sendFrame(out as unknown as Socket, { text }, body)
        const got: Frame[] = []
        let arrive: (chunk: Buffer) => void = nothing
        const socket = {
          on: (_event: string, listener: typeof arrive) => {
            arrive = listener
          },
        }
        onFrame(socket as unknown as Socket, frame => got.push(frame))
        let rest = Buffer.concat(written)
        for (let turn = 0; rest.length > 0; turn++) {
          const cut = cuts[turn % cuts.length] ?? 1
          arrive(rest.subarray(0, cut))
          rest = rest.subarray(cut)
        }
        expect(got.map(({ head, body }) => ({ ...(head as object), body: [...body] }))).toEqual(
          messages.map(({ text, body }) => ({ text, body: [...body] })),
        )
      },
    ),
  )
})
