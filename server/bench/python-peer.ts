/**
 * Programs in Python that are measured beside ours. Each is installed, once, into an environment of its own in the user's
 * cache folder, and needs `python3` with `venv` and a package index.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * @param peer - as the package index knows it, with its version: `imagededup==0.3.3`
 * @param module - what has to be there to import
 * @returns Python with the peer in it; ends the program, and says what is missing, where there is none
 */
export function pythonWith(peer: string, module: string): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const environment = join(cache, 'gleaner-bench', peer.replace(/==.*/, ''))
  const python = join(environment, 'bin', 'python')
  if (existsSync(python) && attempt(python, ['-c', `import ${module}`]) === undefined) return python
  const steps = [
    ['python3', ['-m', 'venv', '--clear', environment], 'python3 with its module venv'],
    [python, ['-m', 'pip', 'install', '--quiet', peer], `${peer} from a Python package index`],
  ] as const
  for (const [program, args, what] of steps) {
    const failure = attempt(program, args)
    if (failure === undefined) continue
    console.error(`Not measured. Missing: ${what}.\n${failure}`)
    process.exit(2)
  }
  return python
}

/** @returns why it failed */
function attempt(program: string, args: readonly string[]): string | undefined {
  try {
    execFileSync(program, args, { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 600) : String(error)
  }
}

/** Runs a program whose last line is what it found, as JSON. */
export function answerOf<Answer>(program: string, args: readonly string[]): Answer {
  const output = execFileSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Answer
}
