import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '@gleaner/shared/errors'
import { defaultPort } from '@gleaner/shared/limits'

/** Where the server keeps datasets and listens. Nothing here reaches the connection guard. */
export interface Config {
  /** Absolute path of the folder that holds the datasets. */
  readonly home: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Built parts the server hands out or points at. */
  readonly extensionFolder: string
  readonly dashboardFolder: string
  readonly version: string
  /** Address or page by which hosts can reach the person who collects. */
  readonly contact?: string
}

/** Version of this program. */
export const { version }: { readonly version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

const built = (name: string) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url))

/**
 * Puts together what the command line and the environment say; the command line wins.
 *
 * @param given - `--home` and `--port` as typed
 * @throws AppError `CONFIG_INVALID` naming the setting
 */
export function readConfig(
  given: { readonly home?: string | undefined; readonly port?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Config {
  const contact = env.GLEANER_CONTACT?.trim()
  return {
    ...(contact && { contact }),
    home: homeFolder(given.home ?? env.GLEANER_HOME),
    port: portNumber(given.port ?? env.GLEANER_PORT),
    extensionFolder: built('extension-chrome'),
    dashboardFolder: built('dashboard'),
    version,
  }
}

function homeFolder(text: string | undefined): string {
  if (text === undefined) return join(homedir(), 'Gleaner')
  if (text.trim() === '') throw new AppError('CONFIG_INVALID', { setting: 'home', expected: 'a folder' })
  return isAbsolute(text) ? text : resolve(text)
}

function portNumber(text: string | undefined): number {
  if (text === undefined) return defaultPort
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  const isUsable = port === 0 || (port >= 1024 && port <= 65_535)
  if (!isUsable) {
    throw new AppError('CONFIG_INVALID', { setting: 'port', given: text, expected: '0 or 1024 to 65535' })
  }
  return port
}
