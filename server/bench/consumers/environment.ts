/** Python with the programs that exports are opened with, in an environment of its own in the user's cache folder. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface Consumer {
  /** Its check is `check_<name>.py`. */
  readonly name: string
  readonly title: string
  /** As the package index knows them. */
  readonly packages: readonly string[]
  /** What has to be there to import. */
  readonly module: string
}

export const consumers: readonly Consumer[] = [
  {
    name: 'torchvision',
    title: 'torchvision',
    packages: ['torch==2.13.0', 'torchvision==0.28.0', 'pycocotools==2.0.11'],
    module: 'torchvision',
  },
  { name: 'datasets', title: 'HF datasets', packages: ['datasets==5.0.1', 'pillow'], module: 'datasets' },
  {
    name: 'keras',
    title: 'Keras / TensorFlow',
    packages: ['tensorflow-cpu==2.21.0', 'keras==3.15.1'],
    module: 'keras',
  },
  {
    name: 'tfds',
    title: 'TFDS',
    packages: ['tensorflow-cpu==2.21.0', 'tensorflow-datasets==4.9.10'],
    module: 'tensorflow_datasets',
  },
  { name: 'pycocotools', title: 'pycocotools', packages: ['pycocotools==2.0.11'], module: 'pycocotools' },
  {
    name: 'ultralytics',
    title: 'Ultralytics',
    packages: ['torch==2.13.0', 'torchvision==0.28.0', 'ultralytics==8.4.190'],
    module: 'ultralytics',
  },
  {
    name: 'webdataset',
    title: 'webdataset',
    packages: ['webdataset==1.0.2', 'pillow'],
    module: 'webdataset',
  },
  { name: 'numpy', title: 'NumPy', packages: ['numpy==2.4.6'], module: 'numpy' },
  {
    name: 'mlcroissant',
    title: 'mlcroissant',
    packages: ['mlcroissant==1.1.1', 'pillow'],
    module: 'mlcroissant',
  },
]

/** What a consumer made of one export. */
export interface Answer {
  readonly export: string
  readonly ok: boolean
  readonly say: string
}

export interface Opened {
  readonly consumer: Consumer
  /** `undefined` where it is not there. */
  readonly version: string | undefined
  /** Why it is not there. */
  readonly missing: string | undefined
  readonly answers: readonly Answer[]
}

/** @returns Python of the environment; nothing where there is no Python that can make one */
export function pythonEnvironment(): string | undefined {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const environment = join(cache, 'gleaner-bench', 'consumers')
  const python = join(environment, 'bin', 'python')
  if (existsSync(python)) return python
  return attempt('python3', ['-m', 'venv', environment]) === undefined ? python : undefined
}

/** Opens what the plan names. Is installed first, where it is not there yet and can be. */
export async function openWith(consumer: Consumer, python: string, plan: string): Promise<Opened> {
  const missing = installed(consumer, python)
  if (missing !== undefined) return { consumer, version: undefined, missing, answers: [] }
  const script = fileURLToPath(new URL(`check_${consumer.name}.py`, import.meta.url))
  const run = promisify(execFile)
  const lines = await run(python, ['-B', script, plan], { maxBuffer: 1024 ** 3 }).then(
    ({ stdout }) => stdout.split('\n'),
    (error: { stdout?: string; stderr?: string }) => {
      console.error(error.stderr ?? error)
      return (error.stdout ?? '').split('\n')
    },
  )
  const version = lines.find(line => line.startsWith('version '))?.slice('version '.length)
  const answers = lines.filter(line => line.startsWith('{"export"')).map((line): Answer => JSON.parse(line))
  return {
    consumer,
    version,
    missing: version === undefined ? 'it could not be imported' : undefined,
    answers,
  }
}

/** @returns why it is not there */
function installed({ module, packages }: Consumer, python: string): string | undefined {
  const isThere = () =>
    attempt(python, [
      '-c',
      `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`,
    ])
  if (isThere() === undefined) return undefined
  return attempt(python, ['-m', 'pip', 'install', '--quiet', ...packages]) ?? isThere()
}

/** @returns why it failed */
function attempt(program: string, args: readonly string[]): string | undefined {
  try {
    execFileSync(program, args, { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 300) : String(error)
  }
}
