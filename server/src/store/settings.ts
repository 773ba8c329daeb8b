/** The one row about the dataset itself. */
import type { DatasetSettings } from '@gleaner/shared/dataset'
import { defaultSettings, DatasetSettings as SettingsSchema } from '@gleaner/shared/dataset'
import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import Value from 'typebox/value'
import type { Database } from './database.ts'

/** The name as it is kept. @throws AppError `DATASET_NAME_INVALID` */
export function cleanDatasetName(name: string): string {
  const clean = cleanText(name.normalize('NFC'), limits.datasetChars)
  if (!clean) throw new AppError('DATASET_NAME_INVALID')
  return clean
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns `held`, with what it lacks taken from `defaults` */
function completed(held: unknown, defaults: unknown): unknown {
  if (!isRecord(held) || !isRecord(defaults)) return held === undefined ? defaults : held
  const missing = Object.entries(defaults).map(([name, value]) => [name, completed(held[name], value)])
  return { ...held, ...Object.fromEntries(missing) }
}

/** All SQL about the table `dataset`. */
export function createSettingsStore(db: Database) {
  const create = db.prepare<[string, string, number]>(
    'INSERT INTO dataset (id, name, settings, created_at_ms) VALUES (1, ?, ?, ?)',
  )
  const read = db.prepare<[], { name: string; settings: string; created_at_ms: number }>(
    'SELECT name, settings, created_at_ms FROM dataset',
  )
  const rename = db.prepare<[string]>('UPDATE dataset SET name = ?')
  const change = db.prepare<[string]>('UPDATE dataset SET settings = ?')
  const epoch = db.prepare<[], number>('SELECT epoch FROM dataset').pluck()
  const beginEpoch = db.prepare<[], number>('UPDATE dataset SET epoch = epoch + 1 RETURNING epoch').pluck()

  /** What was read last: nobody else changes it while the dataset is open, and every picture asks. */
  let known: DatasetSettings | undefined

  const row = () => {
    const found = read.get()
    if (!found) throw new AppError('STORE_DAMAGED', { missing: 'dataset' })
    return found
  }
  return {
    exists: () => read.get() !== undefined,
    create: (name: string, nowMs: number) =>
      void create.run(cleanDatasetName(name), JSON.stringify(defaultSettings), nowMs),
    name: () => row().name,
    createdAtMs: () => row().created_at_ms,
    /** Settings of an earlier version are completed; those that are no longer valid give way to the defaults. */
    settings: (): DatasetSettings => {
      if (known) return known
      const held = completed(JSON.parse(row().settings), defaultSettings)
      known = Value.Check(SettingsSchema, held) ? held : defaultSettings
      return known
    },
    rename: (name: string) => void rename.run(name),
    change: (settings: DatasetSettings) => {
      known = undefined
      change.run(JSON.stringify(settings))
    },
    /** @returns the number of this opening */
    beginEpoch: () => beginEpoch.get() ?? 0,
    /** The number of this opening. */
    epoch: () => epoch.get() ?? 0,
  }
}
