import { isAppError } from '@gleaner/shared/errors'
import type { Api } from './client.ts'

export type SessionState = 'opening' | 'open' | 'locked' | 'link-used' | 'unreachable'

/** Single-use code in the fragment of the link which the terminal shows (`#key=CODE`). */
export function keyInFragment(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('key') || undefined
}

interface Page {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>
  readonly history: Pick<History, 'replaceState'>
  /** Calls back after a pause. */
  readonly later: (callBack: () => void) => void
}

/**
 * Opens the session of this page: by the code in the address when there is one, otherwise by what this
 * browser keeps. The code
 * leaves the address before anything else happens, so that it is neither bookmarked nor shared.
 */
export function createSession(api: Pick<Api, 'claimSession' | 'resumeSession'>, page: Page) {
  let state: SessionState = 'opening'
  const listeners = new Set<() => void>()
  const become = (next: SessionState) => {
    state = next
    for (const listener of listeners) listener()
  }
  const lock = () => {
    if (state === 'open') become('locked')
  }

  async function claim(code: string): Promise<boolean> {
    try {
      await api.claimSession({ code })
      return true
    } catch (error) {
      if (isAppError(error) && error.code === 'SERVER_NOT_RUNNING') throw error
      return false
    }
  }

  async function open(code?: string): Promise<void> {
    let isLinkUsed = false
    try {
      if (code !== undefined) {
        if (await claim(code)) return become('open')
        isLinkUsed = true
      }
      await api.resumeSession()
      become('open')
    } catch (error) {
      if (isAppError(error) && error.code === 'SERVER_NOT_RUNNING') {
        become('unreachable')
        page.later(() => void open(code))
      } else become(isLinkUsed ? 'link-used' : 'locked')
    }
  }

  return {
    start(): Promise<void> {
      const code = keyInFragment(page.location.hash)
      if (code) page.history.replaceState(null, '', page.location.pathname + page.location.search)
      return open(code)
    },
    /** Asks for the session again after the server was away; a server that is away once more changes nothing. */
    async resume(): Promise<void> {
      try {
        await api.resumeSession()
      } catch (error) {
        if (isAppError(error) && error.code === 'PROTOCOL_UNAUTHORIZED') lock()
      }
    },
    /** Called when the server no longer accepts the session. */
    lock,
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
export type SessionStore = ReturnType<typeof createSession>
