import { AppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import type { DiskRoom } from './disk.ts'
import { createDisk, diskTrouble, roomOn } from './disk.ts'

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
  expect([disk.isFull(), disk.mayAccept()]).toEqual([isFull, mayAccept])
})

test('sees freed room within a second or so, and does not ask the file system all the time', () => {
  const { disk, state } = diskWith({ freeBytes: 0, totalBytes: 10 * GB })
  expect(disk.isFull()).toBe(true)
  state.room = { freeBytes: 5 * GB, totalBytes: 10 * GB }
  for (let asked = 0; asked < 100; asked++) expect(disk.isFull()).toBe(true)
  expect(state.asked).toBe(1)
  state.nowMs = 1_000
  expect(disk.isFull()).toBe(false)
})

test('rests after a write that found no room, then tries again', () => {
  const { disk, state } = diskWith({ freeBytes: 50 * GB, totalBytes: 100 * GB })
  disk.failed()
  expect([disk.isFull(), disk.mayAccept()]).toEqual([true, true])
  state.nowMs = 5_000
  expect(disk.isFull()).toBe(false)
})

test.each([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR_SHMSIZE', 'full'],
  ['SQLITE_IOERR_WRITE', 'full'],
  ['SQLITE_IOERR_FSYNC', 'fatal'],
  ['SQLITE_CORRUPT', 'fatal'],
  ['EIO', 'fatal'],
  ['EROFS', 'fatal'],
  ['ECONNRESET', 'none'],
] as const)('%s is %s trouble', (code, kind) => {
  expect(diskTrouble(Object.assign(new Error('disk'), { code }))).toBe(kind)
})

test('errors of the catalogue are told apart, too', () => {
  expect(diskTrouble(new AppError('STORE_DISK_FULL'))).toBe('full')
  expect(diskTrouble(new AppError('STORE_IO'))).toBe('fatal')
  expect(diskTrouble(new AppError('PROTOCOL_INTERNAL'))).toBe('none')
  expect(diskTrouble('ENOSPC')).toBe('none')
})

test('reads the room on a real disk', () => {
  const { freeBytes, totalBytes } = roomOn(import.meta.dirname)
  expect(freeBytes).toBeGreaterThan(0)
  expect(totalBytes).toBeGreaterThan(freeBytes)
})
