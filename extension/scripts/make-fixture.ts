/** Makes a fixture of a saved page: the command line's work, without the process around it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseHttpUrl } from '@gleaner/shared/url'
import { type Harvest, type HarvestedCandidate, harvest } from '../src/harvesters/harvest.ts'
import type { Harvester, PageAnswer } from '../src/harvesters/harvester.ts'
import { harvesters } from '../src/harvesters/registry.ts'
import { fixturesOf } from './fixtures.ts'
import { hostsIn, leftovers } from './leftovers.ts'
import { parsePage } from './parse-page.ts'
import { createPseudonyms } from './pseudonyms.ts'
import { Refusal } from './refusal.ts'
import { scrubAnswer, scrubDocument } from './scrub-page.ts'
import { keysIn, trimPage } from './trim-page.ts'

const sources = fileURLToPath(new URL('../src/harvesters/', import.meta.url))
const usage =
  'Write: npm run save:fixture -- PAGE.html --url PAGE_URL --engine NAME --case NAME [--tiles 6] [--own HOST] [--answer FILE --answer-url URL]'

interface Request {
  readonly text: string
  readonly url: URL
  readonly harvester: Harvester
  readonly name: string
  readonly tiles: number
  readonly own: readonly string[]
  readonly answers: readonly PageAnswer[]
}

/**
 * @param args - see `usage`
 * @param deps.month - `YYYY-MM` the page stands for
 * @param deps.folder - where fixtures lie; the repository's own by default
 * @returns what was written and what is to be looked at
 * @throws Refusal when something is missing, when the results do not outlive that their contents are replaced, or when
 *   anything of the page's own is left; then nothing is written
 */
export function makeFixture(
  args: readonly string[],
  { month, folder = join(sources, '__fixtures__') }: { readonly month: string; readonly folder?: string },
): string {
  const request = readRequest(args)
  const { harvester, name } = request
  const target = join(folder, harvester.engine, name)
  if (existsSync(target)) {
    throw new Refusal(`There is a fixture ${harvester.engine}/${name} already.`, 'Name another case.')
  }
  const files = filesOf(request, month)
  mkdirSync(target, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(target, file), text)
  return report(`__fixtures__/${harvester.engine}/${name}`, files)
}

function readRequest(args: readonly string[]): Request {
  const { values, positionals } = parsedArguments(args)
  const [file, ...rest] = positionals
  const url = parseHttpUrl(values.url)
  const harvester = harvesters.find(({ engine }) => engine === values.engine)
  const tiles = Number(values.tiles ?? 6)
  if (!file || rest.length > 0 || !url)
    throw new Refusal('A file and the address of its page are needed.', usage)
  if (!harvester) {
    const engines = harvesters.map(({ engine }) => engine).join(', ')
    throw new Refusal(`There is no engine "${values.engine ?? ''}".`, `There are: ${engines}.`)
  }
  if (!/^[a-z\d][a-z\d-]{0,63}$/.test(values.case ?? '')) {
    throw new Refusal('The case needs a name of lower case letters, digits and hyphens.', usage)
  }
  if (!Number.isInteger(tiles) || tiles < 1 || tiles > 50) {
    throw new Refusal('A fixture holds 1 to 50 results.', usage)
  }
  const answerUrl = parseHttpUrl(values['answer-url'])
  if ((values.answer === undefined) !== (answerUrl === undefined)) {
    throw new Refusal('An answer needs its file and its address.', usage)
  }
  const answers = values.answer && answerUrl ? [{ url: answerUrl, body: readText(values.answer) }] : []
  return {
    text: readText(file),
    url,
    harvester,
    name: values.case ?? '',
    tiles,
    own: values.own ?? [],
    answers,
  }
}

function parsedArguments(args: readonly string[]) {
  const one = { type: 'string' } as const
  const options = { url: one, engine: one, case: one, tiles: one, answer: one, 'answer-url': one }
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, own: { type: 'string', multiple: true } },
      allowPositionals: true,
    })
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), usage)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Refusal(`${file} cannot be read.`, 'Name a page that was saved in the browser.')
  }
}

/** @throws Refusal when the fixture would not be one */
function filesOf(request: Request, month: string): Readonly<Record<string, string>> {
  const { url, harvester, tiles } = request
  const isOwnHost = ownHostsOf(request)
  const page = { document: parsePage(request.text, url.href), url, answers: [...request.answers] }
  const saved = trimPage(page, harvester, tiles)
  const names = createPseudonyms(isOwnHost, new Set([...wordsOf(harvester), ...keysIn(page)]))
  scrubDocument(page.document, names)
  const text = `<!DOCTYPE html>\n${page.document.documentElement.outerHTML}\n`
  const answers = page.answers.map(answer => scrubAnswer(answer, names))
  const address = new URL(names.address(url.href))
  const found = harvest(parsePage(text, address.href), address, harvester, answers)
  const lost = differences(saved, found.candidates)
  if (lost.length > 0) {
    throw new Refusal(
      `The results do not outlive that words and ids are replaced: ${lost.slice(0, 5).join(', ')}.`,
      'The harvester goes by something in the contents. Make this fixture by hand, or tell the word in the harvester.',
    )
  }
  const all = [text, ...answers.map(({ url: from, body }) => `${from.href}\n${body}`)].join('\n')
  const left = leftovers(all, saved, isOwnHost)
  if (left.length > 0) {
    throw new Refusal(
      `Of the saved page there is left: ${left.slice(0, 5).join(', ')}.`,
      'A host of the engine itself is named by --own HOST; anything else must not get into the repository.',
    )
  }
  return written({
    text,
    answers,
    found,
    address,
    harvester,
    month,
    hosts: furtherHosts(all, harvester, address),
  })
}

function written(made: {
  readonly text: string
  readonly answers: readonly PageAnswer[]
  readonly found: Harvest
  readonly address: URL
  readonly harvester: Harvester
  readonly month: string
  readonly hosts: readonly string[]
}): Readonly<Record<string, string>> {
  const { text, answers, found, address, harvester, month, hosts } = made
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
  const document = parsePage(text, address.href)
  const readBy = (layouts: Harvester['layouts']) =>
    harvest(document, address, { ...harvester, layouts }, answers).candidates.length
  const [layout] = harvester.layouts
    .map(one => ({ ...one, count: readBy([one]) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
  const about = {
    layout: layout?.name ?? null,
    standsFor: month,
    url: address.href,
    ...(hosts.length > 0 && { hosts }),
    about: 'Cut from a real page; words, ids and hosts are invented. Say here what it shows.',
  }
  const kept = answers.map(({ url, body }) => ({ url: url.href, body: parsedOr(body) }))
  return {
    'page.html': text,
    'about.json': json(about),
    'expected.json': json(found),
    ...(kept.length > 0 && { 'answers.json': json(kept) }),
  }
}

function parsedOr(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** The engine's own hosts: those it claims, those its fixtures name, those that were given. */
function ownHostsOf({ harvester, own, url }: Request): (host: string) => boolean {
  const isKnown = existsSync(join(sources, '__fixtures__', harvester.engine))
  const named = isKnown ? fixturesOf(harvester.engine).flatMap(({ about }) => about.hosts ?? []) : []
  const known = new Set([...named, ...own, url.hostname])
  return host =>
    known.has(host) || (URL.canParse(`https://${host}/`) && harvester.matches(new URL(`https://${host}/`)))
}

function furtherHosts(text: string, harvester: Harvester, address: URL): readonly string[] {
  const isFurther = (host: string) =>
    host !== address.hostname &&
    !/(?:^|\.)example(?:\.org)?$/.test(host) &&
    !harvester.matches(new URL(`https://${host}/`))
  return hostsIn(text).filter(isFurther).toSorted()
}

/** Words the harvester's source names, comments apart: what it goes by in a page. */
function wordsOf({ engine, label, verified, examples, query }: Harvester): ReadonlySet<string> {
  const folder = join(sources, engine)
  const more = existsSync(folder) ? readdirSync(folder).map(file => join(folder, file)) : []
  const code = [join(sources, `${engine}.ts`), join(sources, 'answer-patterns.ts'), ...more]
    .filter(path => existsSync(path) && !path.endsWith('.test.ts'))
    .map(path => readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''))
  const named = new Set(code.join('\n').match(wordPattern))
  // Its examples and what it is called are no part of its pages.
  const shown = [label, verified.by, ...examples.flatMap(example => query(new URL(example)) ?? [])]
  for (const word of shown.join(' ').match(wordPattern) ?? []) named.delete(word)
  return named
}

const wordPattern = /[\p{L}\p{N}]+/gu

/** What is said of each result, apart from what exactly. */
function differences(
  saved: readonly HarvestedCandidate[],
  found: readonly HarvestedCandidate[],
): readonly string[] {
  if (saved.length !== found.length) return [`${found.length} results instead of ${saved.length}`]
  const fields = ['imageUrl', 'thumbnailUrl', 'pageUrl', 'title', 'width', 'height'] as const
  return saved.flatMap((one, place) => {
    const other = found[place]
    const lost = fields.filter(name => (one[name] === null) !== (other?.[name] === null))
    const kinds = (candidate: HarvestedCandidate | undefined) =>
      candidate?.alternatives.map(({ kind }) => kind).join()
    const hasOthers = kinds(one) !== kinds(other)
    const isUnlicensed = (one.license === undefined) !== (other?.license === undefined)
    const all = [...lost, ...(hasOthers ? ['alternatives'] : []), ...(isUnlicensed ? ['license'] : [])]
    return all.map(name => `${name} of result ${place + 1}`)
  })
}

function report(folder: string, files: Readonly<Record<string, string>>): string {
  const rows = Object.entries(files).map(([file, text]) => `  ${folder}/${file}: ${text.length} characters`)
  const found = JSON.parse(files['expected.json'] ?? '{}') as Harvest
  const missed = Object.entries(found.missed).map(([field, count]) => `${field} ${count}`)
  return `Written:
${rows.join('\n')}

${found.candidates.length} results are read of it${missed.length > 0 ? `; missed: ${missed.join(', ')}` : ''}.
Now look through all of it: is expected.json what a person would read in the page, is nothing of anybody left?
Then say in about.json what the page shows, and run \`npm run unit\`.`
}
