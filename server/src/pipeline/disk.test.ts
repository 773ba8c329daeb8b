import { AppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { storeError } from '../store/store-error.ts'
import type { DiskRoom } from './disk.ts'
import { createDisk, diskTrouble, hindranceOf, roomOn } from './disk.ts'

const GB = 1_000_000_000

function diskWith(start: DiskRoom) {
  const state = { room: start, nowMs: 0, asked: 0 }
  const room = () => {
    state.asked++
    return state.room
  }
  return { state, disk: createDisk({ room, now: () => state.nowMs }) }
}

test.each([
  ['plenty of room', { freeBytes: 50 * GB, totalBytes: 100 * GB }, false, true],
  ['just over the floor', { freeBytes: 1.1 * GB, totalBytes: 100 * GB }, false, true],
  ['less than 1 GB', { freeBytes: 0.9 * GB, totalBytes: 10 * GB }, true, true],
  ['less than 1 % of a large disk', { freeBytes: 30 * GB, totalBytes: 4_000 * GB }, true, true],
  ['hardly anything', { freeBytes: 0.1 * GB, totalBytes: 10 * GB }, true, false],
] as const)('%s', (_name, room, isFull, mayAccept) => {
  const { disk } = diskWith(room)
  expect([disk.hindrance() === 'room', disk.mayAccept()]).toEqual([isFull, mayAccept])
})

test('sees freed room within a second or so, and does not ask the file system all the time', () => {
  const { disk, state } = diskWith({ freeBytes: 0, totalBytes: 10 * GB })
  expect(disk.hindrance()).toBe('room')
  state.room = { freeBytes: 5 * GB, totalBytes: 10 * GB }
  for (let asked = 0; asked < 100; asked++) expect(disk.hindrance()).toBe('room')
  expect(state.asked).toBe(1)
  state.nowMs = 1_000
  expect(disk.hindrance()).toBeUndefined()
})

test('rests after a write that found no room, then tries again', () => {
  const { disk, state } = diskWith({ freeBytes: 50 * GB, totalBytes: 100 * GB })
  disk.failed('room')
  expect([disk.hindrance() === 'room', disk.mayAccept()]).toEqual([true, true])
  state.nowMs = 5_000
  expect(disk.hindrance()).toBeUndefined()
})

test('says what a failed write lacked, but want of room before all', () => {
  const { disk, state } = diskWith({ freeBytes: 50 * GB, totalBytes: 100 * GB })
  disk.failed('rights')
  expect(disk.hindrance()).toBe('rights')
  state.room = { freeBytes: 0, totalBytes: 100 * GB }
  state.nowMs = 2_000
  expect(disk.hindrance()).toBe('room')
})

test.each([
  ['EACCES', 'rights'],
  ['EPERM', 'rights'],
  ['EROFS', 'rights'],
  ['ENOENT', 'rights'],
  ['ENOSPC', 'room'],
  ['EDQUOT', 'room'],
  ['SQLITE_FULL', 'room'],
  ['EMFILE', 'room'],
] as const)('%s is for want of %s, as it is and as the store tells it', (code, expected) => {
  expect(hindranceOf(errorWith({ code }))).toBe(expected)
  expect(hindranceOf(storeError(errorWith({ code })))).toBe(expected)
})

const codes = [
  ['ENOSPC', 'passing'],
  ['EDQUOT', 'passing'],
  ['EBUSY', 'passing'],
  ['EPERM', 'passing'],
  ['EMFILE', 'passing'],
  ['SQLITE_FULL', 'passing'],
  ['SQLITE_IOERR', 'passing'],
  ['SQLITE_IOERR_READ', 'passing'],
  ['SQLITE_IOERR_SHORT_READ', 'passing'],
  ['SQLITE_IOERR_WRITE', 'passing'],
  ['SQLITE_IOERR_TRUNCATE', 'passing'],
  ['SQLITE_IOERR_SHMSIZE', 'passing'],
  ['SQLITE_CANTOPEN', 'passing'],
  ['SQLITE_IOERR_FSYNC', 'fatal'],
  ['SQLITE_IOERR_DIR_FSYNC', 'fatal'],
  ['SQLITE_CORRUPT', 'fatal'],
  ['SQLITE_CORRUPT_INDEX', 'fatal'],
  ['SQLITE_NOTADB', 'fatal'],
  ['SQLITE_READONLY', 'fatal'],
  ['SQLITE_READONLY_DBMOVED', 'fatal'],
  ['EIO', 'fatal'],
  ['EROFS', 'fatal'],
  ['ECONNRESET', 'none'],
] as const
const errorWith = (facts: object) => Object.assign(new Error('disk'), facts)

test.each(codes)('%s is %s trouble, as it is and as the store tells it', (code, kind) => {
  expect(diskTrouble(errorWith({ code }))).toBe(kind)
  expect(diskTrouble(storeError(errorWith({ code })))).toBe(kind)
})

test.each([
  ['EIO', 'fsync', 'fatal'],
  ['EIO', 'fdatasync', 'fatal'],
  ['ENOSPC', 'fsync', 'fatal'],
  ['EIO', 'write', 'passing'],
  ['EIO', 'rename', 'passing'],
  ['ENOSPC', 'write', 'passing'],
  ['EROFS', 'open', 'fatal'],
  ['EACCES', 'open', 'passing'],
  ['EACCES', 'lstat', 'passing'],
  ['EACCES', 'fsync', 'fatal'],
  ['ENOENT', 'open', 'passing'],
  ['ENOENT', 'rename', 'passing'],
  ['ENOENT', 'fsync', 'fatal'],
  ['EPERM', 'mkdir', 'passing'],
] as const)('%s of %s is %s trouble of the store', (code, syscall, kind) => {
  expect(diskTrouble(storeError(errorWith({ code, syscall })))).toBe(kind)
})

test('what is missing elsewhere is no trouble of the disk', () => {
  expect(diskTrouble(errorWith({ code: 'ENOENT', syscall: 'spawn' }))).toBe('none')
})

test('errors of the catalogue are told apart, too', () => {
  expect(diskTrouble(new AppError('STORE_DISK_FULL'))).toBe('passing')
  expect(diskTrouble(new AppError('STORE_IO'))).toBe('fatal')
  expect(diskTrouble(new AppError('STORE_IO', { wrote: 1, wanted: 2 }))).toBe('fatal')
  expect(diskTrouble(new AppError('STORE_UNSAFE_PATH', { path: 'images' }))).toBe('dataset')
  expect(diskTrouble(new AppError('STORE_DAMAGED'))).toBe('fatal')
  expect(diskTrouble(new AppError('STORE_DAMAGED', { dataset: 'birds' }))).toBe('none')
  expect(diskTrouble(new AppError('PROTOCOL_INTERNAL'))).toBe('none')
  expect(diskTrouble('ENOSPC')).toBe('none')
})

test('reads the room on a real disk', () => {
  const { freeBytes, totalBytes } = roomOn(import.meta.dirname)
  expect(freeBytes).toBeGreaterThan(0)
  expect(totalBytes).toBeGreaterThan(freeBytes)
})
