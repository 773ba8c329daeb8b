export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** @returns the median of what is there, to three places; `null` when nothing is */
export function medianOf(numbers: readonly (number | undefined)[]): number | null {
  const known = numbers.filter(number => number !== undefined && Number.isFinite(number)) as number[]
  return known.length === 0 ? null : Number(median(known).toFixed(3))
}

export function ratio(above: number | undefined, below: number | undefined): number | undefined {
  return above === undefined || !below ? undefined : above / below
}

/** Cells of one line, each as wide as its column. */
export const line = (...cells: readonly (string | number | undefined)[]) =>
  cells.map(cell => String(cell ?? '?').padStart(13)).join('')

export const fixed = (value: number | undefined, digits = 2) => value?.toFixed(digits)
