/** What a decoder process does: takes a picture, keeps its raster while the server decides, encodes it. */
import { constants, setPriority } from 'node:os'
import { isAppError } from '@gleaner/shared/errors'
import sharp from 'sharp'
import { assertCurrentCodecs, restrictLoaders } from './codecs.ts'
import { type OpenPicture, openPicture } from './decode.ts'
import { decodeFailure } from './decode-failure.ts'
import type { DecoderAnswer, DecoderGreeting, DecoderRequest } from './decode-protocol.ts'
import type { DecodeSettings } from './decoded.ts'
import type { FastJpeg } from './fast-jpeg.ts'
import { createJobLine, type JobRequest } from './job-line.ts'
import { makePicture, rawPixels } from './make-picture.ts'
import { isQuicklyRendered, renderPixels } from './render.ts'

type MakeRequest = Extract<JobRequest, { readonly kind: 'make' | 'pixels' }>

interface Held {
  readonly job: number
  readonly picture: OpenPicture
  readonly settings: DecodeSettings
  /** The next job may begin. */
  readonly done: () => void
}

/** A heavy picture that waits for room. */
interface Weighed {
  readonly job: number
  readonly go: () => void
  readonly letGo: (reason: LetGo) => void
}

/** Nobody wants the picture any more that waited for room. */
class LetGo extends Error {
  override readonly name = 'LetGo'
}

let fastJpeg: FastJpeg | undefined
let held: Held | undefined
let weighed: Weighed | undefined

function say(message: DecoderAnswer | DecoderGreeting): void {
  process.send?.(message)
}

/** Jobs that may pass before memory is looked at, and pictures after which it is in any case. */
const memoryEvery = { jobs: 16, pixels: 1e6 } as const
let jobsSinceMemory = 0

/** Costs up to a quarter of a millisecond: looked at when the raster is held, which is when there is most. */
function memory(pixels: number): { readonly rssBytes?: number } {
  jobsSinceMemory += 1
  if (jobsSinceMemory < memoryEvery.jobs && pixels < memoryEvery.pixels) return {}
  jobsSinceMemory = 0
  return { rssBytes: process.memoryUsage.rss() }
}

/** Resolves when the process is free for the next picture. */
async function open({ job, bytes, settings, freeMegapixels }: JobRequest & { kind: 'open' }): Promise<void> {
  const room = async (megapixels: number) => {
    if (megapixels <= freeMegapixels) return
    const granted = new Promise<void>((go, letGo) => {
      weighed = { job, go, letGo }
    })
    say({ kind: 'weighed', job, megapixels })
    await granted
  }
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const picture = await openPicture(file, settings, room, fastJpeg)
  if (picture.kind === 'failed') {
    say({ kind: 'failed', job, failure: picture, ...memory(memoryEvery.pixels) })
    return
  }
  const { facts } = picture
  const size = memory(facts.width * facts.height)
  const rendered = settings.isLikelyWanted ? await renderedAhead(picture, settings) : undefined
  if (rendered) {
    say({ kind: 'opened', job, facts, ...size, picture: rendered })
    return
  }
  const letGo = new Promise<void>(done => {
    held = { job, picture, settings, done }
  })
  say({ kind: 'opened', job, facts, ...size })
  await letGo
}

/** @returns nothing where it takes long; nor where it fails, which is told when the picture is asked for */
async function renderedAhead(picture: OpenPicture, { render }: DecodeSettings) {
  const { facts } = picture
  if (!isQuicklyRendered(picture, facts, render, fastJpeg)) return undefined
  return renderPixels(picture, facts, render, fastJpeg).catch(() => undefined)
}

async function render(job: number): Promise<void> {
  const { picture, settings, done } = take(job)
  const { facts } = picture
  try {
    const rendered = await renderPixels(picture, facts, settings.render, fastJpeg)
    say({ kind: 'rendered', job, picture: rendered })
  } catch (error) {
    const failure = decodeFailure(error, facts.format, 'pixels', Buffer.alloc(0))
    say({ kind: 'failed', job, failure })
  } finally {
    done()
  }
}

/** Pictures for exports come and go at once. */
async function deliver({ job, bytes, ...asked }: MakeRequest): Promise<void> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if ('wanted' in asked) {
      const picture = await makePicture(file, asked.wanted)
      say({ kind: 'made', job, picture, ...memory(asked.wanted.mostPixels) })
    } else {
      const picture = await rawPixels(file, asked.isGrey)
      say({ kind: 'raw', job, picture, ...memory(picture.width * picture.height) })
    }
  } catch (error) {
    const failure = decodeFailure(error, 'jpeg', 'pixels', Buffer.alloc(0))
    say({ kind: 'failed', job, failure, ...memory(memoryEvery.pixels) })
  }
}

function take(job: number) {
  if (held?.job !== job) throw new Error(`job ${job} is not held`)
  const taken = held
  held = undefined
  return taken
}

function release(job: number): void {
  if (held?.job === job) take(job).done()
  if (weighed?.job === job) weighed.letGo(new LetGo())
}

const line = createJobLine(async request => {
  if (request.kind !== 'open') return deliver(request)
  try {
    await open(request)
  } catch (error) {
    if (!(error instanceof LetGo)) throw error
  }
})

async function obey(request: DecoderRequest): Promise<void> {
  if ('bytes' in request) line.add(request)
  else if (request.kind === 'render') await render(request.job)
  else if (request.kind === 'release') release(request.job)
  else if (request.kind === 'proceed') {
    if (weighed?.job === request.job) weighed.go()
  } else if (line.withdraw(request.job)) say({ kind: 'withdrawn', job: request.job })
}

/**
 * Serves the server until it is gone. One decoder runs in a process, for the process is what is thrown away.
 *
 * @param codec - takes the JPEGs it can; without it the image library does everything
 */
export function runDecoder(codec: FastJpeg | undefined): void {
  fastJpeg = codec
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  try {
    assertCurrentCodecs(sharp.versions)
  } catch (error) {
    say({ kind: 'unfit', facts: isAppError(error) ? error.facts : {} })
    return
  }
  restrictLoaders(sharp)
  sharp.cache(false)
  sharp.concurrency(1)
  process.on('disconnect', () => process.exit())
  // A request that cannot be obeyed is a fault of this program: the process ends and the server sees a crash.
  process.on('message', request => void obey(request as DecoderRequest))
  say({ kind: 'ready' })
}
