import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMeteredWeb } from './metered-web.ts'
import { startRelay } from './relay.ts'
import { startTestServer, type TestServer } from './stack.ts'

/** Everything around a browser that is stopped, killed and started again: what it comes back to is still there. */
export interface Rig {
  /** Data folder of the server. */
  readonly home: string
  /** Profile of the browser. */
  readonly profileFolder: string
  readonly web: Awaited<ReturnType<typeof startMeteredWeb>>
  /** Stands between extension and server. */
  readonly relay: Awaited<ReturnType<typeof startRelay>>
  /** The server running now. */
  readonly server: TestServer
  /** The same, as the extension is to know it: by the address of the relay. */
  readonly relayed: TestServer
  /** Starts a server again at the same folder and port. */
  restartServer(): Promise<void>
  close(): Promise<void>
}

export async function startRig(): Promise<Rig> {
  const home = await mkdtemp(join(tmpdir(), 'gleaner-e2e-'))
  const profileFolder = await mkdtemp(join(tmpdir(), 'gleaner-profile-'))
  const web = await startMeteredWeb()
  let server = await startTestServer(home)
  const { port } = server
  const relay = await startRelay(port)
  return {
    ...{ home, profileFolder, web, relay },
    get server() {
      return server
    },
    get relayed() {
      return { ...server, port: relay.port }
    },
    async restartServer() {
      server = await startTestServer(home, { port })
    },
    async close() {
      await relay.close()
      await server.stop()
      await web.close()
      for (const folder of [home, profileFolder])
        await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
