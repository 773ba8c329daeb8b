/**
 * What is to be taken, written down before anything is: one line a picture, in a file that is synced. However often an
 * import is taken up again, it goes by this and does not read its source anew.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ImportRequest, ImportSkip } from '@gleaner/shared/imports'
import { type FoundBox, isRecord } from '../exports/readers/found.ts'
import type { SourceFolder } from '../exports/readers/source-folder.ts'
import { classOf, type Naming } from './class-map.ts'
import type { Offered, OfferedCrop, OfferedFacts } from './offered.ts'

/** A picture that is to be taken, by file or by address. */
export interface Planned {
  /** Absolute path; `null` where it is fetched from {@link Planned.url}. */
  readonly place: string | null
  readonly url: string | null
  readonly label: string
  readonly split: Offered['split']
  readonly boxes: readonly FoundBox[]
  readonly size: Offered['size']
  readonly crop?: OfferedCrop | undefined
  readonly about: OfferedFacts
}

export type Skips = Map<ImportSkip, number>
export const addSkip = (skips: Skips, reason: ImportSkip, count = 1): void => {
  if (count > 0) skips.set(reason, (skips.get(reason) ?? 0) + count)
}

export const planName = 'plan.jsonl'

interface Planning {
  readonly source: SourceFolder
  readonly offers: AsyncIterable<Offered>
  readonly naming: Naming
  readonly request: Pick<ImportRequest, 'class' | 'splits'>
  /** Whether addresses are fetched where there is no file. */
  readonly mayFetch: boolean
  readonly folder: string
  readonly signal: AbortSignal
}

/** @returns pictures that are to be taken, and why others are not */
export async function writePlan(
  planning: Planning,
): Promise<{ readonly total: number; readonly skips: Skips }> {
  const { folder, signal } = planning
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, planName)
  const skips: Skips = new Map()
  let total = 0
  async function* lines(): AsyncGenerator<string> {
    for await (const offered of planning.offers) {
      const planned = await planOf(offered, planning, skips)
      if (!planned) continue
      total += 1
      yield `${JSON.stringify(planned)}\n`
    }
  }
  await pipeline(lines, createWriteStream(path, { flags: 'w', mode: 0o600 }), { signal })
  await syncFile(path)
  return { total, skips }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function planOf(offered: Offered, planning: Planning, skips: Skips): Promise<Planned | undefined> {
  const { naming, request, source, mayFetch } = planning
  const labelOf = (name: string) =>
    naming.labelOf(name) ?? naming.labelOf(offered.otherNames?.get(name) ?? name)
  const labels = offered.labels.flatMap(name => labelOf(name) ?? [])
  const boxes = offered.boxes.flatMap(box => {
    const label = labelOf(box.label)
    return label === undefined ? [] : [{ ...box, label }]
  })
  const saysSomething = offered.labels.length + offered.boxes.length > 0
  const isUnmapped = naming.isMapped && saysSomething && labels.length + boxes.length === 0
  const label = isUnmapped ? undefined : classOf({ labels, boxes }, request.class)
  if (label === undefined) {
    addSkip(skips, isUnmapped ? 'not-mapped' : 'no-class')
    return undefined
  }
  const { file, url, size, crop, about } = offered
  const split = request.splits === 'ignore' ? null : offered.split
  if (offered.place !== undefined)
    return { place: offered.place, url, label, split, boxes, size, crop, about }
  if (file === null && !mayFetch) {
    addSkip(skips, url === null ? 'no-address' : 'address-not-asked-for')
    return undefined
  }
  const place = file === null ? null : await source.path(file).catch(() => undefined)
  if (place === undefined) {
    addSkip(skips, 'file-missing')
    return undefined
  }
  return { place, url, label, split, boxes, size, crop, about }
}

export interface PlanLine {
  readonly planned: Planned
  /** Where the next line begins, in bytes. */
  readonly end: number
}

/** @param from - where a line begins, in bytes */
export async function* planLines(folder: string, from: number): AsyncGenerator<PlanLine> {
  const file = await open(join(folder, planName), 'r')
  try {
    let at = from
    let rest = Buffer.alloc(0)
    for await (const chunk of file.createReadStream({
      start: from,
      autoClose: false,
      highWaterMark: 262_144,
    })) {
      rest = Buffer.concat([rest, chunk as Buffer])
      let start = 0
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, start)) {
        at += end + 1 - start
        const value: unknown = JSON.parse(rest.toString('utf8', start, end))
        start = end + 1
        if (isRecord(value)) yield { planned: value as unknown as Planned, end: at }
      }
      rest = rest.subarray(start)
    }
  } finally {
    await file.close()
  }
}
