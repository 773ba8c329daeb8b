/** Longest rest a host can ask for. */
const longestMs = 3_600_000

/** IMF-fixdate, the obsolete RFC 850 form, and asctime: the three forms of RFC 9110, section 5.6.7. */
const httpDate =
  /^(?:\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT|\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT|\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/

function epochMs(text: string): number | undefined {
  if (!httpDate.test(text)) return undefined
  const ms = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(ms) ? undefined : ms
}

/**
 * How long a host asks to be left alone.
 *
 * @param value - `Retry-After`: seconds or an HTTP date; anything else is ignored
 * @param dateHeader - the answer's own `Date`: a date is counted from there, so that a wrong clock here does no harm
 * @param nowMs - time of day in milliseconds since 1970, for answers without a `Date`
 * @returns milliseconds from 0 to one hour, `undefined` for garbage
 */
export function retryAfterMs(
  value: string | undefined,
  dateHeader: string | undefined,
  nowMs: number,
): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, longestMs)
  const atMs = epochMs(text)
  if (atMs === undefined) return undefined
  const fromMs = epochMs(dateHeader?.trim() ?? '') ?? nowMs
  return Math.min(Math.max(atMs - fromMs, 0), longestMs)
}
