/** How long questions about pictures take among a million, beside the same questions among 10,000, in the same run. */
import { join } from 'node:path'
import { type GalleryFilter, type GalleryOrder, galleryFacets, newestFirst } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import { type Bench, quantile, type Result } from '../figure.ts'
import { type IndexServer, startIndexServer } from './index-server.ts'
import { makeSynthetic } from './synthetic.ts'

const base = '/datasets/made'
const pageSize = 100

/** @param round - makes each time of asking another question, so that no answer is at hand */
type Ask = (round: number) => string

const listed = (filter: GalleryFilter, order: GalleryOrder = newestFirst, rest = '') =>
  `${base}/gallery?${filterToQuery(filter, order)}${rest}&limit=${pageSize}`
const counted = (filter: GalleryFilter) => `${base}/gallery?${filterToQuery(filter)}&limit=1`

const filters: Readonly<Record<string, (round: number) => GalleryFilter>> = {
  class: round => ({ classIds: [1 + (round % 20)] }),
  trash: () => ({ place: 'trash' }),
  mark: round => ({ marks: ['unsure'], sidePx: { min: 65 + round } }),
  origin: round => ({ origins: ['thumbnail'], sidePx: { min: 65 + round } }),
  split: round => ({ splits: ['test', 'none'], sidePx: { min: 65 + round } }),
  engine: round => ({ engines: ['bing', 'page'], sidePx: { min: 65 + round } }),
  query: round => ({ queries: ['ro ro', 'ro bin'], sidePx: { min: 65 + round } }),
  license: round => ({ licenses: ['cc-by', 'public-domain'], sidePx: { min: 65 + round } }),
  side: round => ({ sidePx: { min: 300 + round } }),
  aspect: round => ({ aspect: { min: 0.9 + round / 1_000, max: 1.1 } }),
  date: round => ({ storedAtMs: { min: 1_600_000_000_000 + round } }),
  score: round => ({ scores: { sharpness: { max: 20 + (round % 60) } } }),
  group: round => ({ group: 'none', sidePx: { min: 65 + round } }),
  several: round => ({
    licenses: ['cc-by', 'public-domain'],
    marks: ['none', 'unsure'],
    sidePx: { min: 200 + round },
    scores: { sharpness: { min: 10 }, text: { max: 80 } },
  }),
}
const texts: Readonly<Record<string, (round: number) => GalleryFilter>> = {
  'text, a word': round => ({ text: 'garden', sidePx: { min: 65 + round } }),
  'text, part of words': round => ({
    text: ['ote', 'arl', 'inw', 'kas'][round % 4] ?? 'ka',
    sidePx: { min: 65 + round },
  }),
  'text, rare': round => ({
    text: (0x4f3 + round * 7).toString(16).padStart(4, '0'),
    sidePx: { min: 65 + round },
  }),
}
const orders: Readonly<Record<string, GalleryOrder>> = Object.fromEntries(
  (['side', 'aspect', 'bytes', 'host', 'class', 'sharpness', 'title'] as const).map(by => [
    by,
    { by, isDescending: by !== 'title' },
  ]),
)

/** Questions by name. */
function questions(): Record<'lists' | 'counts' | 'facets' | 'texts', Record<string, Ask>> {
  const named = (of: typeof filters, ask: (filter: GalleryFilter) => string) =>
    Object.fromEntries(
      Object.entries(of).map(([name, filter]) => [name, (round: number) => ask(filter(round))]),
    )
  const byOrder = Object.entries(orders).map(([name, order]) => [
    `by ${name}`,
    (round: number) => listed({ sidePx: { min: 100 + round } }, order),
  ])
  return {
    lists: {
      newest: () => listed({}),
      'newest of a class': round => listed({ classIds: [1 + (round % 20)] }),
      'from the middle': round => listed({ sidePx: { min: 100 + round } }, newestFirst, '&offset=2000'),
      several: round => listed(filters.several?.(round) ?? {}),
      ...Object.fromEntries(byOrder),
    },
    counts: named(filters, counted),
    facets: Object.fromEntries(
      galleryFacets.map(facet => [
        facet,
        (round: number) =>
          `${base}/gallery/facets/${facet}?${filterToQuery({ sidePx: { min: 100 + round } })}&limit=20`,
      ]),
    ),
    texts: named(texts, counted),
  }
}

interface Compared {
  readonly name: string
  readonly smallMs: number
  readonly largeMs: number
}

async function compare(
  [small, large]: readonly [IndexServer, IndexServer],
  asks: Record<string, Ask>,
  { rounds, say }: Bench,
): Promise<Compared[]> {
  const found: Compared[] = []
  for (const [name, ask] of Object.entries(asks)) {
    say(name)
    const times: [number[], number[]] = [[], []]
    for (let round = 0; round <= rounds; round++) {
      const [a, b] = [(await small.ask(ask(round))).ms, (await large.ask(ask(round))).ms]
      // The first time readies an order.
      if (round > 0) {
        times[0].push(a)
        times[1].push(b)
      }
    }
    found.push({ name, smallMs: quantile(times[0], 0.5), largeMs: quantile(times[1], 0.5) })
  }
  return found
}

const ratio = ({ smallMs, largeMs }: Compared) => largeMs / smallMs
const worst = (compared: readonly Compared[]) => Math.max(...compared.map(ratio))
const lineOf = (kind: string) => (one: Compared) =>
  `${kind} ${one.name}: ${one.smallMs.toFixed(2)} ms, ${one.largeMs.toFixed(2)} ms (${ratio(one).toFixed(2)} ×)`

async function firstScreens(
  servers: readonly [IndexServer, IndexServer],
  { rounds }: Bench,
): Promise<Compared> {
  const screen = async (server: IndexServer) => {
    const from = performance.now()
    await Promise.all([server.ask('/overview'), server.ask(listed({}))])
    return performance.now() - from
  }
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds * 2; round++) {
    times[0].push(await screen(servers[0]))
    times[1].push(await screen(servers[1]))
  }
  return { name: 'first screen', smallMs: quantile(times[0], 0.5), largeMs: quantile(times[1], 0.5) }
}

/** Time until the first question about something else than the newest is answered after a start. */
async function readingMs(server: IndexServer): Promise<number> {
  return (await server.ask(counted({ marks: ['none'] }))).ms
}

export async function measureIndex(bench: Bench): Promise<Result> {
  const many = bench.isQuick ? 100_000 : 1_000_000
  const sizes = [10_000, many].map(pictures => ({
    folder: join(bench.folder, String(pictures), 'made'),
    pictures,
    inFirstClass: pictures / 10,
  }))
  for (const size of sizes) {
    bench.say(`making ${size.pictures} pictures`)
    makeSynthetic(size)
  }
  const [small, large] = await Promise.all(sizes.map(({ folder }) => startIndexServer(folder)))
  if (!small || !large) throw new Error('no servers')
  const servers = [small, large] as const
  try {
    const early = (await large.ask(listed({}))).ms
    const reading = await readingMs(large)
    await readingMs(small)
    const { lists, counts, facets, texts: words } = questions()
    await large.measure()
    const listTimes = await compare(servers, lists, bench)
    const countTimes = await compare(servers, counts, bench)
    const facetTimes = await compare(servers, facets, bench)
    const screen = await firstScreens(servers, bench)
    const held = await large.measure()
    const textTimes = await compare(servers, words, bench)
    const { rssMiB } = await large.measure()
    return {
      figures: {
        listGrowth: worst(listTimes),
        countGrowth: worst(countTimes),
        facetGrowth: worst(facetTimes),
        textGrowth: worst(textTimes),
        firstScreenGrowth: ratio(screen),
        longestTurnMs: held.mostMs,
        memoryMiB: rssMiB,
        readingMs: reading,
        earlyPageMs: early,
      },
      lines: [
        `10,000 and ${many} pictures; median of ${bench.rounds} questions, each another one`,
        ...listTimes.map(lineOf('list')),
        ...countTimes.map(lineOf('count')),
        ...facetTimes.map(lineOf('facet')),
        ...textTimes.map(lineOf('count')),
        lineOf('')(screen),
      ],
    }
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
}
