import { catalogue, type Facts, isAppError } from '@gleaner/shared/errors'

/** Where a command writes: people read lines, programs read one JSON document. */
export interface Output {
  readonly isJson: boolean
  /** The result: `data` as JSON, or `lines` for a person. */
  result(data: unknown, lines: () => readonly string[]): void
  /** Something said on the way; never part of the JSON document. */
  note(line: string): void
}

export function createOutput(
  isJson: boolean,
  out: (text: string) => void,
  err: (text: string) => void,
): Output {
  return {
    isJson,
    result(data, lines) {
      out(
        isJson
          ? `${JSON.stringify(data, null, 2)}\n`
          : lines()
              .map(line => `${line}\n`)
              .join(''),
      )
    },
    note: line => err(`${line}\n`),
  }
}

const inBrackets = (facts: Facts) =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')

/** An error as a person or a program reads it: code, sentence, hint and facts. Never a stack for what is expected. */
export function describeError(error: unknown): { code: string; message: string; hint: string; facts: Facts } {
  if (isAppError(error)) {
    return { code: error.code, message: error.message, hint: catalogue[error.code].hint, facts: error.facts }
  }
  const { say, hint } = catalogue.PROTOCOL_INTERNAL
  return { code: 'PROTOCOL_INTERNAL', message: say, hint, facts: { reason: String(error) } }
}

export function errorLines(error: unknown): string[] {
  const { code, message, hint, facts } = describeError(error)
  const details = inBrackets(facts)
  return [`${message} [${code}]`, ...(details ? [`  ${details}`] : []), `  ${hint}`]
}

/** Rows as columns of equal width; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [head, ...rows.map(row => row.map(String))]
  const widths = head.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  const isNumber = head.map((_, column) => rows.every(row => typeof row[column] === 'number'))
  return cells.map(row =>
    row
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
