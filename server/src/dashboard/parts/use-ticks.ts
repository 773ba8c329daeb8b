import { useEffect, useState } from 'react'

/** Milliseconds of a clock nobody can set, refreshed every `everyMs`: for countdowns, which no change of the time of day may move. */
export function useTicks(everyMs: number): number {
  const [tickMs, setTickMs] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setTickMs(performance.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return tickMs
}
