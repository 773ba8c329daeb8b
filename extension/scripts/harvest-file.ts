/** Harvests a saved results page: the command line's work, without the process around it. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ErrorCode, Facts } from '@gleaner/shared/errors'
import { AppError } from '@gleaner/shared/errors'
import { parseHttpUrl } from '@gleaner/shared/url'
import type { Harvest } from '../src/harvesters/harvest.ts'
import { harvest } from '../src/harvesters/harvest.ts'
import type { Harvester } from '../src/harvesters/harvester.ts'
import { findHarvester, harvesters } from '../src/harvesters/registry.ts'
import { parsePage } from './parse-page.ts'

/** Files larger than this are no saved results page. */
const maxFileChars = 64 * 1024 * 1024

/**
 * @param args - `FILE [--url PAGE_URL]`; without the address the file's own note of where it was saved from counts
 * @throws AppError `HARVEST_USAGE`, `HARVEST_FILE_UNREADABLE`, `HARVEST_ADDRESS_MISSING`, `HARVEST_ENGINE_UNKNOWN`
 */
export function harvestFile(args: readonly string[]): Harvest {
  const { file, address } = readArguments(args)
  const text = readText(file)
  const url = address ?? addressIn(text)
  if (!url) throw new AppError('HARVEST_ADDRESS_MISSING', { file })
  const harvester = findHarvester(url, parsePage(text, url.href))
  if (!harvester) throw new AppError('HARVEST_ENGINE_UNKNOWN', { url: url.href, ...knownEngines(text, url) })
  return harvest(parsePage(text, url.href), url, harvester)
}

function readArguments(args: readonly string[]): { file: string; address: URL | undefined } {
  const { values, positionals } = parsed(args)
  const [file, ...rest] = positionals
  if (file === undefined) throw new AppError('HARVEST_USAGE', { missing: 'FILE' })
  if (rest.length > 0) throw new AppError('HARVEST_USAGE', { unexpected: rest.join(' ') })
  const address = parseHttpUrl(values.url)
  if (values.url !== undefined && !address) {
    throw new AppError('HARVEST_USAGE', { url: values.url, expected: 'an http or https address' })
  }
  return { file, address }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { url: { type: 'string' } }, allowPositionals: true })
  } catch (error) {
    throw refusal('HARVEST_USAGE', {}, error)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, maxFileChars)
  } catch (error) {
    throw refusal('HARVEST_FILE_UNREADABLE', { file }, error)
  }
}

function refusal(code: ErrorCode, facts: Facts, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error)
  return new AppError(code, { ...facts, reason }, { cause: error })
}

/** The address a browser or the page itself noted down; the first one that leads to a known engine. */
function addressIn(text: string): URL | undefined {
  const document = parsePage(text, 'https://unknown.invalid/')
  const noted = [
    /<!-- saved from url=\(\d+\)(\S+) -->/.exec(text)?.[1],
    document.querySelector('link[rel="canonical"]')?.getAttribute('href'),
    document.querySelector('meta[property="og:url"]')?.getAttribute('content'),
  ]
  const addresses = noted.map(address => parseHttpUrl(address)).filter(url => url !== undefined)
  return addresses.find(url => findHarvester(url)) ?? addresses[0]
}

/** Which engines there are, and whose results the file seems to hold. */
function knownEngines(text: string, url: URL): Facts {
  const names = (some: readonly Harvester[]) => some.map(({ engine }) => engine).join(', ')
  const document = parsePage(text, url.href)
  const readable = harvesters.filter(one => harvest(document, url, one).candidates.length > 0)
  return { engines: names(harvesters), ...(readable.length > 0 && { looksLike: names(readable) }) }
}
