/** Writes a page where a person wants it, and never over anything that is not such a page. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '@gleaner/shared/errors'
import { systemReason } from './reasons.ts'
import { pageMark } from './report-page.ts'

/** @throws AppError `CONFIG_INVALID` when there is a file of that name that is no such page, or no folder to write to */
export async function refuseBadTarget(path: string): Promise<void> {
  const target = resolve(path)
  await refuseForeign(target)
  await refuseUnwritable(target)
}

async function refuseForeign(target: string): Promise<void> {
  let file: FileHandle
  try {
    file = await open(target, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw refused(target, systemReason(error), error)
  }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(pageMark.length), 0, pageMark.length, 0)
    if (buffer.toString('latin1', 0, bytesRead) === pageMark) return
  } catch (error) {
    throw refused(target, systemReason(error), error)
  } finally {
    await file.close()
  }
  throw refused(target, 'There is a file of that name that was not made by this command.')
}

async function refuseUnwritable(target: string): Promise<void> {
  const part = partOf(target)
  try {
    await (await open(part, 'wx')).close()
  } catch (error) {
    throw refused(target, systemReason(error), error)
  } finally {
    await rm(part, { force: true })
  }
}

const refused = (path: string, reason: string, cause?: unknown) =>
  new AppError('CONFIG_INVALID', { setting: '--html', given: path, reason }, { cause })

const partOf = (target: string) => `${target}.${process.pid}.part`

/** The page has its name once it is whole. */
export async function writePage(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const target = resolve(path)
  const part = partOf(target)
  const file = await open(part, 'wx')
  try {
    for await (const piece of pieces) await file.appendFile(piece)
    await file.close()
    await refuseForeign(target)
    await rename(part, target)
  } finally {
    await file.close().catch(() => {})
    await rm(part, { force: true })
  }
}
