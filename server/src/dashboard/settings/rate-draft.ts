/** A bandwidth cap as it is typed, in megabytes a second, and back. */
import { limits } from '@gleaner/shared/limits'

const bytesPerMegabyte = 1_000_000

export const toRateText = (maxBytesPerSecond: number | null): string =>
  maxBytesPerSecond === null ? '' : `${Number((maxBytesPerSecond / bytesPerMegabyte).toFixed(3))}`

export type RateReading =
  | { readonly maxBytesPerSecond: number | null; readonly error?: undefined }
  | { readonly error: string }

/** Nothing typed stands for no bound. */
export function readRate(text: string): RateReading {
  const clean = text.trim().replace(',', '.')
  if (clean === '') return { maxBytesPerSecond: null }
  const bytes = /^\d*\.?\d+$/.test(clean) ? Math.round(Number(clean) * bytesPerMegabyte) : Number.NaN
  if (bytes >= limits.leastBytesPerSecond && bytes <= limits.mostBytesPerSecond)
    return { maxBytesPerSecond: bytes }
  return { error: `A number from 0.02 to ${limits.mostBytesPerSecond / bytesPerMegabyte}, or nothing.` }
}
