/**
 * Mistakes the tests of faults have to notice: a rule taken out, an order swapped. Each is a change of a few words in the
 * program's own text, made while it is loaded; nothing is written to a file.
 */

/** A test by its file and by part of its title, as both stand in the source. */
export interface Proof {
  /** Path from the root of the repository. */
  readonly file: string
  readonly title: string
}

export interface Mutant {
  readonly id: string
  /** Path from the root of the repository. */
  readonly file: string
  /** Stands exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** A test that fails with it. */
  readonly caughtBy: Proof
}

const store = 'server/src/store'
const faults = 'server/test/faults'

const onDisk: readonly Mutant[] = [
  {
    id: 'bytes are not synced before they get their name',
    file: `${store}/files.ts`,
    find: `      await syncToDisk(file)\n      failpoint('file:synced')`,
    replace: `      failpoint('file:synced')`,
    caughtBy: {
      file: 'server/test/sync-order.test.ts',
      title: 'bytes, name, row, word: in this order',
    },
  },
  {
    id: 'commits are not synced',
    file: `${store}/database.ts`,
    find: `['synchronous', 'FULL', 2]`,
    replace: `['synchronous', 'NORMAL', 1]`,
    caughtBy: {
      file: 'server/test/sync-order.test.ts',
      title: 'bytes, name, row, word: in this order',
    },
  },
  {
    id: 'an act is answered before it is on the disk',
    file: `${store}/acts/slices.ts`,
    find: '    await logSync.sync()\n',
    replace: '',
    caughtBy: {
      file: 'server/test/sync-order.test.ts',
      title: 'bytes, name, row, word: in this order',
    },
  },
  {
    id: 'the log is folded in without waiting for the disk',
    file: `${store}/log-fold-thread.ts`,
    find: 'makeDurable(db)',
    replace: `db.pragma('synchronous = OFF')`,
    caughtBy: {
      file: 'server/test/sync-order.test.ts',
      title: 'log, index, log anew',
    },
  },
  {
    id: 'leases of dead processes are not freed',
    file: `${store}/parts.ts`,
    find: 'freedLeases: candidates.freeOlder()',
    replace: 'freedLeases: 0',
    caughtBy: {
      file: `${store}/recovery.test.ts`,
      title: 'leases, temporary files and orphans of an earlier process go',
    },
  },
  {
    id: 'word is given in the middle of a group',
    file: `${store}/group-commit.ts`,
    find: '      return committed\n',
    replace: '      committed()\n      return () => {}\n',
    caughtBy: {
      file: `${store}/group-commit.test.ts`,
      title: 'a commit that fails leaves nothing, and nobody believes anything',
    },
  },
  {
    id: 'word is given before the log is on the disk',
    file: `${store}/group-commit.ts`,
    find: '      await sync()\n',
    replace: '',
    caughtBy: {
      file: `${store}/group-commit.test.ts`,
      title: 'nobody hears of a group before it is on the disk',
    },
  },
  {
    id: 'groups go on after a failed sync',
    file: `${store}/group-commit.ts`,
    find: 'if (isLostSync(error)) halt(',
    replace: 'if (error === undefined) halt(',
    caughtBy: {
      file: `${store}/group-commit.test.ts`,
      title: 'after a sync that failed nothing is written any more',
    },
  },
  {
    id: 'a full disk is an error like any other',
    file: `${store}/store-error.ts`,
    find: `  SQLITE_FULL: 'STORE_DISK_FULL',\n`,
    replace: '',
    caughtBy: { file: `${faults}/full-disk.test.ts`, title: 'a full disk refuses with its own code' },
  },
  {
    id: 'a failed sync passes',
    file: 'server/src/pipeline/disk.ts',
    find: `if (syncCalls.has(syscall) || /^SQLITE_IOERR_(?:DIR_)?FSYNC$/.test(code)) return 'fatal'`,
    replace: `if (syncCalls.has(syscall)) return 'passing'`,
    caughtBy: { file: 'server/src/pipeline/disk.test.ts', title: '%s is %s trouble' },
  },
  {
    id: 'want of a right for a moment ends everything',
    file: 'server/src/pipeline/disk.ts',
    find: `  'EPERM',\n`,
    replace: '',
    caughtBy: { file: `${faults}/disk-errors.test.ts`, title: 'a file that somebody holds for a moment' },
  },
  {
    id: 'nobody looks whether the index is still there',
    file: `${store}/in-place.ts`,
    find: 'if (db.memory) return',
    replace: 'if (db.memory || !db.memory) return',
    caughtBy: {
      file: `${faults}/disk-errors.test.ts`,
      title: 'a dataset whose folder is deleted under the server',
    },
  },
  {
    id: 'a migration is not one transaction',
    file: `${store}/database.ts`,
    find: '    db.transaction(() => {\n      db.exec(migration.sql)',
    replace: '    db.exec(migration.sql)\n    db.transaction(() => {',
    caughtBy: { file: `${faults}/killed-migration.test.ts`, title: 'killed at a statement of a migration' },
  },
  {
    id: 'a damaged index is opened',
    file: `${store}/database.ts`,
    find: `if (found !== 'ok') throw new AppError('STORE_DAMAGED'`,
    replace: `if (found === '') throw new AppError('STORE_DAMAGED'`,
    caughtBy: { file: `${faults}/broken-index.test.ts`, title: 'a byte that turned over in the index' },
  },
  {
    id: 'an index of a newer program is opened',
    file: `${store}/database.ts`,
    find: 'if (held > newest) throw',
    replace: 'if (held > newest + 9999) throw',
    caughtBy: {
      file: `${store}/database.test.ts`,
      title: 'an index of a newer program is refused and left alone',
    },
  },
  {
    id: 'a writer does not wait for another one',
    file: `${store}/database.ts`,
    find: `['busy_timeout', '5000', 5000]`,
    replace: `['busy_timeout', '0', 0]`,
    caughtBy: {
      file: `${faults}/broken-index.test.ts`,
      title: 'another program that writes to the index for a moment',
    },
  },
  {
    id: 'two servers may share a folder',
    file: `${store}/instance-lock.ts`,
    find: `db.exec('BEGIN EXCLUSIVE')`,
    replace: `db.exec('BEGIN')`,
    caughtBy: {
      file: 'server/test/instance-lock.test.ts',
      title: 'the lock of a killed process is gone with it',
    },
  },
  {
    id: 'digests of files are not looked at',
    file: `${store}/verify.ts`,
    find: `if (createHash('sha256').update(bytes).digest('hex') !== row.digest)`,
    replace: `if (bytes.length !== row.sizeBytes)`,
    caughtBy: { file: `${store}/verify.test.ts`, title: 'finds: %s (%s)' },
  },
  {
    id: 'the log of the index is never folded',
    file: `${store}/log-bound.ts`,
    find: 'if (checkpointed === log && beginAnew(how)) return true',
    replace: 'if (checkpointed < 0 && beginAnew(how)) return true',
    caughtBy: { file: `${store}/log-bound.test.ts`, title: 'the log is cut when they let go' },
  },
  {
    id: 'files that were written stay open',
    file: `${store}/files.ts`,
    find: '    } finally {\n      closeSync(file)\n    }',
    replace: '    } finally {\n      void file\n    }',
    caughtBy: { file: `${faults}/soak.test.ts`, title: 'a small soak stays flat' },
  },
  {
    id: 'a copy is not checked',
    file: `${store}/backup.ts`,
    find: 'if (report.changed.length === 0) return report.copy',
    replace: 'if (report) return report.copy',
    caughtBy: { file: `${store}/backup.test.ts`, title: 'nothing is ever overwritten, and a failure leaves' },
  },
]

const atWork: readonly Mutant[] = [
  {
    id: 'pauses follow the time of day alone',
    file: 'server/src/clock.ts',
    find: 'offsetMs = Math.max(offsetMs, epochNow() - passedMs)',
    replace: 'offsetMs = epochNow() - passedMs',
    caughtBy: {
      file: 'server/src/pipeline/clock-jumps.test.ts',
      title: 'jumps of the clock by a day neither stall nor double the work',
    },
  },
  {
    id: 'an outage costs tries',
    file: 'server/src/net/pace.ts',
    find: `countsAsAttempt: result.kind !== 'aborted' && !isWaiting && !isLineSuspect`,
    replace: `countsAsAttempt: result.kind !== 'aborted' && !isWaiting`,
    caughtBy: {
      file: 'server/test/ingest-interruptions.test.ts',
      title: 'an outage of the whole network costs no tries',
    },
  },
  {
    id: 'what is in hand is not given back at the end',
    file: 'server/src/pipeline/drain.ts',
    find: 'turn.dataset.store.release(turn.lease)',
    replace: 'void turn',
    caughtBy: {
      file: 'server/test/ingest-interruptions.test.ts',
      title: 'stopping in mid-flight gives back what is in hand',
    },
  },
  {
    id: 'want of descriptors is no passing trouble',
    file: 'server/src/pipeline/disk.ts',
    find: `  'EMFILE',\n`,
    replace: '',
    caughtBy: { file: 'server/src/pipeline/disk.test.ts', title: '%s is %s trouble' },
  },
  {
    id: 'a fetch may take for ever',
    file: 'server/src/net/deadlines.ts',
    find: 'limits.totalMs - spentMs - wholeMs.read()',
    replace: '9_999_999',
    caughtBy: { file: 'server/test/fetch.test.ts', title: 'a drip that is fast enough' },
  },
  {
    id: 'pictures that end early are let through',
    file: 'server/src/imaging/cut-short.ts',
    find: `if (format === 'png') return isPngCutShort(bytes)`,
    replace: `if (format === 'png') return false`,
    caughtBy: { file: 'server/src/imaging/cut-short.test.ts', title: '' },
  },
  {
    id: 'a decoder that hangs is waited for',
    file: 'server/src/imaging/decoder-talk.ts',
    find: '> first.asked.timeoutMs) {',
    replace: '> first.asked.timeoutMs * 9999) {',
    caughtBy: { file: 'server/test/decoder-processes.test.ts', title: 'takes too long (%s) is given up' },
  },
  {
    id: 'a decoder may fill the memory',
    file: 'server/src/imaging/decoder-talk.ts',
    find: 'residentBytes(child.pid) > maxRssBytes',
    replace: 'residentBytes(child.pid) < 0',
    caughtBy: { file: 'server/test/decoder-processes.test.ts', title: 'fills the memory ends its process' },
  },
  {
    id: 'a picture is blamed for its neighbour',
    file: 'server/src/imaging/process-ended.ts',
    find: `return this.reason === 'neighbour' || this.reason === 'slow'`,
    replace: 'return false',
    caughtBy: {
      file: 'server/test/decoder-processes.test.ts',
      title: 'loses no try when that one ends its process',
    },
  },
  {
    id: 'a picture waits behind one that hangs',
    file: 'server/src/imaging/decoder-talk.ts',
    find: 'firstSinceMs > momentMs) sendOn()',
    replace: 'firstSinceMs > momentMs * 9999) sendOn()',
    caughtBy: {
      file: 'server/test/decoder-processes.test.ts',
      title: 'goes to another process when that one takes its time',
    },
  },
  {
    id: 'the far end is not judged again',
    file: 'server/src/net/connect.ts',
    find: 'if (!allowPeer(peer, to.port)) {',
    replace: 'if (peer === to.hostname && !allowPeer(peer, to.port)) {',
    caughtBy: { file: 'server/test/net-guard.test.ts', title: 'the far end is judged again' },
  },
  {
    id: 'any name in the Host line will do',
    file: 'server/src/http/plugins/gate.ts',
    find: 'if (port !== undefined && isForUs(',
    replace: 'if (port !== undefined || isForUs(',
    caughtBy: { file: 'server/test/gate.test.ts', title: '%s: 421 without a body on every route' },
  },
]

export const mutants: readonly Mutant[] = [...onDisk, ...atWork]

/**
 * @param path - of a source file, absolute
 * @returns the text with the mistake in it; as it is for any other file, and where the mistake is in it already
 */
export function mutated({ file, find, replace }: Mutant, path: string, text: string): string {
  return path.endsWith(`/${file}`) ? text.replace(find, () => replace) : text
}
