/** Why a helper for developers does nothing, and what to do instead: told without a trace of the program. */
export class Refusal extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.name = 'Refusal'
    this.hint = hint
  }
}

/**
 * Runs a helper: what it returns goes to standard output. A {@link Refusal} becomes two lines on standard error and
 * exit code 2; anything else is a fault and is thrown.
 */
export async function runHelper(helper: () => string | Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await helper()}\n`)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    process.stderr.write(`${error.message}\n  ${error.hint}\n`)
    process.exitCode = 2
  }
}
