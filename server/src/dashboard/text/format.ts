/** Numbers, times and sizes as a person reads them. */

const locale = 'en'
const whole = new Intl.NumberFormat(locale)

export const formatCount = (count: number): string => whole.format(count)

/** `1 picture`, `2,400 pictures`. */
export const formatNoun = (count: number, one: string, many = `${one}s`): string =>
  `${whole.format(count)} ${count === 1 ? one : many}`

export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = sizeBytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

export const formatPixels = (widthPx: number, heightPx: number): string =>
  `${whole.format(widthPx)} × ${whole.format(heightPx)}`

/** A length of time in its one or two largest units: `45 s`, `12 min`, `3 h 20 min`, `2 days`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return formatNoun(Math.round(hours / 24), 'day')
}

/** `4:05`, for a countdown. */
export function formatClock(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** `just now`, `5 min ago`, later a date. */
export function formatAgo(atMs: number, nowMs: number): string {
  const passedMs = nowMs - atMs
  if (passedMs < 10_000) return 'just now'
  if (passedMs < 24 * 3_600_000) return `${formatDuration(passedMs)} ago`
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(atMs)
}

export const formatTime = (atMs: number): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs)

/** `2.4 per second`, or `12 per minute` when it is slow. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1) return `${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)} per second`
  return `${Math.round(perSecond * 60)} per minute`
}
