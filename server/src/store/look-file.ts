/** The side file of an index of looks: which one a dataset vouches for, and the file itself. */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from './database.ts'
import type { Failpoint } from './failpoints.ts'
import { syncFolder, workFolder } from './files.ts'
import { storeError } from './store-error.ts'
import { inTransaction } from './transaction.ts'

/** Beside the index, in the dataset's folder. Whoever deletes it loses nothing but time at the next start. */
export const lookFileName = 'gleaner.looks'

/** Forms of a picture that is new, was replaced, or came back. */
export interface LookChange {
  /** Grows with every change. */
  readonly changeNo: number
  /** Number of the picture. */
  readonly seq: number
  /** 33 bytes each: kind, perceptual hash. */
  readonly forms: Uint8Array
}

/** What a side file is of. */
export interface LookFileOf {
  /** 32 hex digits. */
  readonly token: string
  /** Every change up to this one is in the file. */
  readonly changeNo: number
}

export interface OpenLookFile {
  readonly sizeBytes: number
  /** Fills `into` with what is there. @throws Error when there is less */
  readonly read: (at: number, into: Uint8Array) => Promise<void>
  readonly close: () => Promise<void>
}

export interface LookFile {
  /**
   * Changes after one, in order. None while a transaction is under way, for it may yet be undone.
   *
   * @param changeNo - 0 for all
   */
  readonly since: (changeNo: number, limit: number) => readonly LookChange[]
  /** Whether there may be a file that counts. */
  readonly isExpected: () => boolean
  /** @returns `undefined` when there is none, or what has its name is no file of ours */
  readonly open: () => Promise<OpenLookFile | undefined>
  /** Whether this dataset, as it is now, came after this very file. */
  readonly vouchesFor: (of: LookFileOf) => boolean
  /**
   * Puts a new file in the place of the old one: complete and synced before it has its name, vouched for before that.
   * At any moment there is a file that counts, once there was one.
   *
   * @param changeNo - the last change that is in it
   * @throws AppError `STORE_DISK_FULL`, `STORE_IO`; the old file stays
   */
  readonly replace: (
    changeNo: number,
    write: (of: LookFileOf, sink: (at: number, bytes: Uint8Array) => Promise<void>) => Promise<void>,
  ) => Promise<void>
}

/** Before the forms of a change: its number, that of the picture, and how many bytes of forms follow. */
const changeBytes = 6
const seqBytes = 4
const lengthBytes = 4

const noFollow = constants.O_NOFOLLOW ?? 0

export interface LookFileParts {
  readonly db: Database
  /** Of the dataset. */
  readonly folder: string
  readonly failpoint: Failpoint
}

export const lookFileSql = {
  // All of them as one text. A row at a time, a start would make a million small buffers, and garbage of each. The casts
  // keep the plan: where it might depend on what is bound, it is made anew each time.
  changes: `
    SELECT group_concat(printf('%0${2 * changeBytes}x%0${2 * seqBytes}x%0${2 * lengthBytes}x%s',
                               change_no, image_seq, length(forms), hex(forms)), '')
      FROM (SELECT change_no, image_seq, forms FROM look
             WHERE change_no > CAST(? AS INTEGER) ORDER BY change_no LIMIT CAST(? AS INTEGER)) AS found`,
} as const

export function createLookFile({ db, folder, failpoint }: LookFileParts): LookFile {
  const changes = db.prepare<[number, number], string | null>(lookFileSql.changes).pluck()
  const vouched = db.prepare<[string], number>('SELECT change_no FROM look_file WHERE token = ?').pluck()
  const vouch = db.prepare<[string, number]>('INSERT INTO look_file (token, change_no) VALUES (?, ?)')
  const forgetOthers = db.prepare<[string]>('DELETE FROM look_file WHERE token <> ?')
  const anyVouched = db.prepare<[], number>('SELECT 1 FROM look_file LIMIT 1').pluck()
  const path = join(folder, lookFileName)
  let serial = 0

  const writeWhole = async (temporary: string, write: (file: FileHandle) => Promise<void>) => {
    const file = await open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow,
      0o600,
    )
    try {
      failpoint('look-file:created')
      await write(file)
      failpoint('look-file:written')
      await file.sync()
      failpoint('look-file:synced')
    } finally {
      await file.close()
    }
  }

  return {
    since: (changeNo, limit) => (db.inTransaction ? [] : unpacked(changes.get(changeNo, limit))),
    isExpected: () => anyVouched.get() !== undefined,
    open: async () => {
      const file = await open(path, constants.O_RDONLY | noFollow).catch(() => undefined)
      if (!file) return undefined
      const found = await file.stat()
      if (!found.isFile()) {
        await file.close()
        return undefined
      }
      return {
        sizeBytes: found.size,
        read: (at, into) => fill(file, at, into),
        close: () => file.close(),
      }
    },
    vouchesFor: ({ token, changeNo }) => vouched.get(token) === changeNo,
    replace: async (changeNo, write) => {
      const token = randomBytes(16).toString('hex')
      const temporary = join(folder, workFolder, `looks-${process.pid}-${++serial}`)
      try {
        await writeWhole(temporary, file => write({ token, changeNo }, (at, bytes) => put(file, at, bytes)))
        // First: a file that has its name and is not vouched for would not count, and the old one would be gone.
        inTransaction(db, () => vouch.run(token, changeNo))
        failpoint('look-file:vouched')
        await rename(temporary, path)
        failpoint('look-file:renamed')
        await syncFolder(folder)
        inTransaction(db, () => forgetOthers.run(token))
        failpoint('look-file:settled')
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {})
        throw storeError(error)
      }
    },
  }
}

/** @returns changes whose forms are windows on one buffer */
function unpacked(hex: string | null | undefined): LookChange[] {
  if (!hex) return []
  const bytes = Buffer.from(hex, 'hex')
  const found: LookChange[] = []
  for (let at = 0; at < bytes.length; ) {
    const changeNo = bytes.readUIntBE(at, changeBytes)
    const seq = bytes.readUIntBE(at + changeBytes, seqBytes)
    const formsAt = at + changeBytes + seqBytes + lengthBytes
    const end = formsAt + bytes.readUIntBE(formsAt - lengthBytes, lengthBytes)
    found.push({ changeNo, seq, forms: bytes.subarray(formsAt, end) })
    at = end
  }
  return found
}

async function fill(file: FileHandle, at: number, into: Uint8Array): Promise<void> {
  for (let read = 0; read < into.length; ) {
    const { bytesRead } = await file.read(into, read, into.length - read, at + read)
    if (bytesRead === 0) throw new Error(`The file ends at ${at + read}.`)
    read += bytesRead
  }
}

async function put(file: FileHandle, at: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written)
    written += bytesWritten
  }
}
