/** Waiting in line for a host in the middle of a journey: where a redirect leads, and for its robots.txt. */

interface Waiting {
  readonly admit: () => void
}

export interface Turns {
  /** How many wait for a host. */
  readonly waitingFor: (hostKey: string) => number
  /**
   * Waits for a place at a host, first come, first served.
   *
   * @param mostMs - after which waiting ends without one
   * @returns whether there is one; it is taken then
   * @throws the reason of `signal`
   */
  readonly enter: (hostKey: string, mostMs: number, signal: AbortSignal) => Promise<boolean>
  /** To be called when a place may have become free. */
  readonly look: () => void
}

interface Parts {
  /** As {@link Pace.mayStart}, for those in line. */
  readonly mayStart: (hostKey: string) => 'now' | number
  readonly started: (hostKey: string) => void
  /** How many may wait for one host. More would only keep hands from other work. */
  readonly mostWaiting: number
}

export function createTurns({ mayStart, started, mostWaiting }: Parts): Turns {
  const lines = new Map<string, Waiting[]>()
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    clearTimeout(timer)
    let soonestMs = Number.POSITIVE_INFINITY
    for (const [hostKey, line] of lines) {
      let waitMs = mayStart(hostKey)
      for (; line.length > 0 && waitMs === 'now'; waitMs = mayStart(hostKey)) {
        started(hostKey)
        line.shift()?.admit()
      }
      if (line.length === 0) lines.delete(hostKey)
      else if (waitMs !== 'now') soonestMs = Math.min(soonestMs, waitMs)
    }
    if (Number.isFinite(soonestMs)) timer = setTimeout(look, Math.max(1, Math.ceil(soonestMs)))
  }

  const stand = (hostKey: string, line: Waiting[], mostMs: number, signal: AbortSignal) =>
    new Promise<boolean>((resolve, reject) => {
      const leave = () => {
        clearTimeout(patience)
        signal.removeEventListener('abort', giveUp)
        const place = line.indexOf(waiting)
        if (place !== -1) line.splice(place, 1)
        if (line.length === 0 && lines.get(hostKey) === line) lines.delete(hostKey)
      }
      const giveUp = () => {
        leave()
        reject(signal.reason)
      }
      const waiting: Waiting = {
        admit: () => {
          leave()
          resolve(true)
        },
      }
      const patience = setTimeout(() => {
        leave()
        resolve(false)
      }, mostMs)
      signal.addEventListener('abort', giveUp, { once: true })
      line.push(waiting)
    })

  return {
    waitingFor: hostKey => lines.get(hostKey)?.length ?? 0,
    enter: async (hostKey, mostMs, signal) => {
      signal.throwIfAborted()
      const line = lines.get(hostKey) ?? []
      const waitMs = mayStart(hostKey)
      if (line.length === 0 && waitMs === 'now') {
        started(hostKey)
        return true
      }
      const isHopeless = waitMs !== 'now' && Number.isFinite(waitMs) && waitMs > mostMs
      if (isHopeless || line.length >= mostWaiting) return false
      lines.set(hostKey, line)
      const turn = stand(hostKey, line, mostMs, signal)
      look()
      return turn
    },
    look,
  }
}
