/** Weights of a logistic model by Newton's method, both sides counting alike however many pictures they have. */

export interface Example {
  readonly traits: Readonly<Record<string, number>>
  readonly isBad: boolean
}

const ridge = 1
const rounds = 60

/** @returns the weight of each trait, and the constant */
export function fit(examples: readonly Example[]): Record<string, number> {
  const names = Object.keys(examples[0]?.traits ?? {})
  const spreads = names.map(name => spreadOf(examples.map(({ traits }) => traits[name] ?? 0)))
  const rows = examples.map(({ traits }) => [
    1,
    ...names.map(
      (name, at) => ((traits[name] ?? 0) - (spreads[at]?.mean ?? 0)) / (spreads[at]?.deviation ?? 1),
    ),
  ])
  const bad = examples.filter(({ isBad }) => isBad).length
  const share = (isBad: boolean) => (isBad ? (examples.length - bad) / bad : 1)
  let weights = new Array<number>(names.length + 1).fill(0)
  for (let round = 0; round < rounds; round++) {
    const slope = weights.map((weight, at) => (at === 0 ? 0 : -ridge * weight))
    const curve = weights.map((_, a) => weights.map((_, b) => (a === b ? (a === 0 ? 1e-6 : ridge) : 0)))
    rows.forEach((row, at) => {
      const isBad = examples[at]?.isBad ?? false
      const found = 1 / (1 + Math.exp(-dot(row, weights)))
      const counts = share(isBad)
      const bend = Math.max(1e-9, found * (1 - found) * counts)
      row.forEach((a, i) => {
        slope[i] = (slope[i] ?? 0) + a * ((isBad ? 1 : 0) - found) * counts
        const line = curve[i] as number[]
        row.forEach((b, j) => {
          line[j] = (line[j] ?? 0) + a * b * bend
        })
      })
    })
    const step = solve(curve, slope)
    weights = weights.map((weight, at) => weight + (step[at] ?? 0))
  }
  const raw = names.map((_, at) => (weights[at + 1] ?? 0) / (spreads[at]?.deviation ?? 1))
  const constant =
    (weights[0] ?? 0) - raw.reduce((sum, weight, at) => sum + weight * (spreads[at]?.mean ?? 0), 0)
  const round = (value: number) => Math.round(value * 1000) / 1000
  return Object.fromEntries([
    ['constant', round(constant)],
    ...names.map((name, at) => [name, round(raw[at] ?? 0)]),
  ])
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)

function spreadOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) + 1e-9 }
}

/** Gaussian elimination with the largest pivot. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0])
  const size = rows.length
  for (let at = 0; at < size; at++) {
    const pivot = rows
      .slice(at)
      .reduce(
        (best, row, by) => (Math.abs(row[at] ?? 0) > Math.abs(rows[best]?.[at] ?? 0) ? at + by : best),
        at,
      )
    const [top, other] = [rows[at] as number[], rows[pivot] as number[]]
    rows[at] = other
    rows[pivot] = top
    for (let below = at + 1; below < size; below++) {
      const row = rows[below] as number[]
      const times = (row[at] ?? 0) / (other[at] as number)
      for (let column = at; column <= size; column++)
        row[column] = (row[column] ?? 0) - times * (other[column] ?? 0)
    }
  }
  const found = new Array<number>(size).fill(0)
  for (let at = size - 1; at >= 0; at--) {
    const row = rows[at] as number[]
    let rest = row[size] ?? 0
    for (let column = at + 1; column < size; column++) rest -= (row[column] ?? 0) * (found[column] ?? 0)
    found[at] = rest / (row[at] as number)
  }
  return found
}
