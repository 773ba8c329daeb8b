/** Bounds how many bytes are received a second, over all hosts together, and counts them. */

export interface Bandwidth {
  /**
   * To be called with every piece of a body, and awaited before the next one is read: resolves at once, or when it is this
   * body's turn again.
   */
  readonly received: (sizeBytes: number, signal: AbortSignal) => Promise<void> | undefined
  /** Received over the last few seconds. */
  readonly bytesPerSecond: () => number
  /** Whether the bound keeps a body waiting right now. */
  readonly isHoldingBack: () => boolean
}

export interface BandwidthDeps {
  /** Monotonic, in milliseconds. */
  readonly now: () => number
  /** Read anew all the time, so it may change at any moment; `null` for no bound. */
  readonly maxBytesPerSecond: () => number | null
}

interface Waiting {
  readonly sizeBytes: number
  readonly goOn: () => void
}

/** What may be received at once after a lull, as a share of a second. */
const burstSeconds = 0.25
/** How late a change of the bound may be noticed by those who wait. */
const lookAgainMs = 200
/** Rates are taken over this long, in steps. */
const windowMs = 5_000
const stepMs = 250

function createMeter(now: () => number) {
  const byStep = new Map<number, number>()
  const startedAtMs = now()
  const forget = () => {
    const oldest = (now() - windowMs) / stepMs
    for (const step of byStep.keys()) if (step <= oldest) byStep.delete(step)
  }
  return {
    count: (sizeBytes: number) => {
      const step = Math.floor(now() / stepMs)
      if (!byStep.has(step)) forget()
      byStep.set(step, (byStep.get(step) ?? 0) + sizeBytes)
    },
    perSecond: () => {
      forget()
      let sum = 0
      for (const sizeBytes of byStep.values()) sum += sizeBytes
      return (sum * 1000) / Math.min(windowMs, Math.max(1_000, now() - startedAtMs))
    },
  }
}

/**
 * A token bucket that may be overdrawn by one piece: who overdraws it waits until it is level, in order of arrival. Each
 * body waits with one piece at most, so bodies take turns, whatever their size.
 */
export function createBandwidth({ now, maxBytesPerSecond }: BandwidthDeps): Bandwidth {
  const meter = createMeter(now)
  const queue: Waiting[] = []
  let levelBytes = 0
  let filledAtMs = now()
  let timer: NodeJS.Timeout | undefined

  const fill = (rate: number) => {
    const elapsedMs = Math.max(0, now() - filledAtMs)
    filledAtMs = now()
    levelBytes = Math.min(rate * burstSeconds, levelBytes + (elapsedMs / 1000) * rate)
  }

  const letGo = () => {
    clearTimeout(timer)
    const rate = maxBytesPerSecond()
    if (rate === null) {
      levelBytes = 0
      for (const { goOn } of queue.splice(0)) goOn()
      return
    }
    fill(rate)
    for (let first = queue[0]; first && levelBytes >= 0; first = queue[0]) {
      queue.shift()
      levelBytes -= first.sizeBytes
      first.goOn()
    }
    if (queue.length > 0) {
      const dueMs = Math.ceil((-levelBytes / rate) * 1000)
      timer = setTimeout(letGo, Math.min(lookAgainMs, Math.max(1, dueMs)))
    }
  }

  const wait = (sizeBytes: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const abort = () => {
        queue.splice(queue.indexOf(waiting), 1)
        reject(signal.reason)
      }
      const goOn = () => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const waiting = { sizeBytes, goOn }
      signal.addEventListener('abort', abort, { once: true })
      queue.push(waiting)
      letGo()
    })

  return {
    received: (sizeBytes, signal) => {
      meter.count(sizeBytes)
      const rate = maxBytesPerSecond()
      if (rate === null && queue.length === 0) return undefined
      if (signal.aborted) return undefined
      return wait(sizeBytes, signal)
    },
    bytesPerSecond: meter.perSecond,
    isHoldingBack: () => queue.length > 0,
  }
}

/** For whoever passes none: nothing is bounded. */
export const unbounded: Pick<Bandwidth, 'received'> = { received: () => undefined }
