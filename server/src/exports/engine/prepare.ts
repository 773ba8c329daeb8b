/**
 * Makes the pictures of an export: those that go out as they were filed get a further name in the staging folder, which
 * holds them however they are moved meanwhile; all others are made in decoder processes. What is made is kept if the process
 * ends, and the next one goes on after it.
 */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import type { PictureMaker } from '../../imaging/wanted-picture.ts'
import type { Plan, Planned } from '../plan.ts'
import type { ExportFailpoint } from './failpoints.ts'
import { codeOf, linkOrCopy } from './files.ts'
import { inOrder } from './in-order.ts'
import { type ListedPicture, lineOf, linesOf, parsed } from './picture-list.ts'
import type { Staging } from './staging.ts'

export interface PrepareParts {
  readonly staging: Staging
  readonly maker: PictureMaker
  readonly signal: AbortSignal
  /** A picture is there. @param isMade - rather than taken as it was filed. @param isKnown - by an earlier process */
  readonly step: (isMade: boolean, isKnown: boolean) => void
  readonly failpoint: ExportFailpoint
}

/** Pictures in hand for each decoder process: the next ones are read meanwhile. */
const inHandEach = 2

/** @throws AppError `EXPORT_PICTURE_UNREADABLE`; the signal's reason */
export async function preparePictures(plan: Plan, parts: PrepareParts): Promise<void> {
  const { staging, signal, step, failpoint } = parts
  const { format } = plan.asked.render
  mkdirSync(staging.pictures, { recursive: true, mode: 0o700 })
  const known = await readKnown(staging, plan)
  for (const isMade of known.steps) step(isMade, true)
  const list = openSync(staging.list, 'a', 0o600)
  try {
    ftruncateSync(list, known.sizeBytes)
    const rest = after(plan.pictures(), known.steps.length)
    const prepared = inOrder(rest, inHandEach * availableParallelism(), async planned => {
      signal.throwIfAborted()
      return prepare(planned, pathOf(staging, planned.image.id, format), parts)
    })
    for await (const { listed, isMade } of prepared) {
      writeSync(list, lineOf(listed))
      step(isMade, false)
      failpoint('export:picture')
    }
  } finally {
    closeSync(list)
  }
  signal.throwIfAborted()
}

const extensions = { jpeg: 'jpg', png: 'png', webp: 'webp' } as const

/** Where a picture lies in the staging folder. */
export const pathOf = ({ pictures }: Staging, id: string, format: keyof typeof extensions): string =>
  join(pictures, id.slice(0, 2), `${id}.${extensions[format]}`)

async function prepare(planned: Planned, target: string, parts: PrepareParts) {
  const { image, view } = planned
  const { from, split, width, height, boxes } = image
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  const common = { from, split, width, height, boxes }
  if (!view.wanted) {
    await take(planned, target)
    const { digest, sizeBytes } = from.rendered
    return { listed: { ...common, digest, sizeBytes, isFiled: true } satisfies ListedPicture, isMade: false }
  }
  const bytes = await make(planned, parts)
  const partial = `${target}.partial`
  await writeFile(partial, bytes, { mode: 0o600 })
  await rename(partial, target)
  const digest = digestOf(bytes)
  return { listed: { ...common, digest, sizeBytes: bytes.length, isFiled: false }, isMade: true }
}

async function take({ image, filed }: Planned, target: string): Promise<void> {
  if (filed === undefined) throw unreadable(image.id, 'gone')
  await rm(target, { force: true })
  try {
    await linkOrCopy(filed, target)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw unreadable(image.id, 'gone')
    throw error
  }
}

async function make({ image, view, filed, original }: Planned, { maker, signal }: PrepareParts) {
  const { wanted, source } = view
  const path = source === 'original' ? original : filed
  if (path === undefined || !wanted) throw unreadable(image.id, 'gone')
  const file = await readFile(path).catch(() => undefined)
  const { digest } = source === 'original' ? image.from.original : image.from.rendered
  if (!file || digestOf(file) !== digest) throw unreadable(image.id, 'changed')
  const made = await maker.make(file, wanted, signal)
  if (made.kind === 'failed') throw unreadable(image.id, made.code)
  if (made.width !== view.width || made.height !== view.height)
    throw unreadable(image.id, `is ${made.width} x ${made.height}, not ${view.width} x ${view.height}`)
  return made.bytes
}

const unreadable = (imageId: string, reason: string) =>
  new AppError('EXPORT_PICTURE_UNREADABLE', { imageId, reason })

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What an earlier process has made, as far as all of it is there: a machine that lost power may have lost the last of it. */
async function readKnown(staging: Staging, plan: Plan) {
  const steps: boolean[] = []
  let sizeBytes = 0
  if (!existsSync(staging.list)) return { steps, sizeBytes }
  for await (const { at, line } of linesOf(staging.list)) {
    const listed = readListed(line)
    if (!listed) break
    const path = pathOf(staging, listed.from.id, plan.asked.render.format)
    if (!(await isThere(path, listed))) break
    steps.push(!listed.isFiled)
    sizeBytes = at + line.length + 1
  }
  return { steps, sizeBytes }
}

function readListed(line: Buffer): ListedPicture | undefined {
  try {
    return parsed(line)
  } catch {
    return undefined
  }
}

async function isThere(path: string, { sizeBytes, digest, isFiled }: ListedPicture): Promise<boolean> {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.size !== sizeBytes) return false
  return isFiled || digestOf(await readFile(path)) === digest
}

async function* after<T>(things: AsyncIterable<T>, skipped: number): AsyncGenerator<T> {
  let at = 0
  for await (const thing of things) if (at++ >= skipped) yield thing
}
