import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes what is in a folder durable, while everything else waits: for starts. Windows has no such call and needs none. */
export function syncFolderNow(path: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
