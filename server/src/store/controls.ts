/** What a person decided for the whole installation: whether work is paused, and how much may be received. */
import { closeSync, constants, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { IngestSettingsPatch } from '@gleaner/shared/activity'
import { defaultIngestSettings, IngestSettings } from '@gleaner/shared/activity'
import { Type } from 'typebox'
import Value from 'typebox/value'
import { storeError } from './store-error.ts'

export interface Controls {
  readonly isPaused: () => boolean
  readonly settings: () => IngestSettings
  /** On the disk when it returns, as are those below. @throws AppError `STORE_DISK_FULL`, `STORE_IO` */
  readonly pause: () => void
  readonly resume: () => void
  readonly change: (patch: IngestSettingsPatch) => void
}

const Kept = Type.Object({ isPaused: Type.Boolean(), settings: IngestSettings })
type Kept = Type.Static<typeof Kept>

const fileName = 'ingest.json'
const atFirst: Kept = { isPaused: false, settings: defaultIngestSettings }

/**
 * Reads what was decided before; nothing was, where the file is not there or cannot be read any more.
 *
 * @param folder - of the installation, the owner's alone
 */
export function createControls(folder: string): Controls {
  let held = read(join(folder, fileName))
  /** Nothing holds before it is written: what a person was told to be so is so after a loss of power, too. */
  const decide = (next: Kept): void => {
    write(folder, next)
    held = next
  }
  return {
    isPaused: () => held.isPaused,
    settings: () => held.settings,
    pause: () => decide({ ...held, isPaused: true }),
    resume: () => decide({ ...held, isPaused: false }),
    change: patch => decide({ ...held, settings: { ...held.settings, ...patch } }),
  }
}

function read(path: string): Kept {
  try {
    const found: Partial<Kept> = JSON.parse(readFileSync(path, 'utf8'))
    const completed = { ...atFirst, ...found, settings: { ...atFirst.settings, ...found.settings } }
    return Value.Check(Kept, completed) ? completed : atFirst
  } catch {
    return atFirst
  }
}

/** Temporary file, fsync, rename, fsync of the folder: the file is whole at every moment. */
function write(folder: string, kept: Kept): void {
  const path = join(folder, fileName)
  try {
    const file = openSync(`${path}.new`, 'w', 0o600)
    try {
      writeSync(file, `${JSON.stringify(kept, undefined, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(`${path}.new`, path)
    syncFolder(folder)
  } catch (error) {
    throw storeError(error)
  }
}

/** Windows has no such call and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
