/** Web hosts on this machine that serve the pictures of a benchmark, from memory and in a process of their own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface PhotoHost {
  /** Takes files up. @returns a way to address them: every call makes new addresses of the same pictures */
  readonly serve: (paths: readonly string[]) => Promise<() => string[]>
  readonly stop: () => void
}

const names = 24

export async function startPhotoHosts(): Promise<PhotoHost> {
  const child = fork(fileURLToPath(new URL('../photo-host.ts', import.meta.url)))
  let serial = 0
  let served = 0
  return {
    serve: async paths => {
      const first = served
      served += paths.length
      child.send([...paths])
      const [port] = (await once(child, 'message')) as [number]
      return () => {
        serial += 1
        return paths.map(
          (_, place) => `http://img${place % names}.example:${port}/${serial}/${first + place}`,
        )
      }
    },
    stop: () => child.disconnect(),
  }
}
