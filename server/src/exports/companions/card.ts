/** `README.md`: the card of the set, with the front matter that Hugging Face reads. */
import type { LeakCertificate } from '@gleaner/shared/splits'
import { stringify } from 'yaml'
import type { ExportSet } from '../exporter.ts'
import type { SetFacts } from './facts.ts'
import { inMarkdown, splitTitle, titleOf } from './words.ts'

export interface Card {
  readonly title: string
  readonly readBy: string
  readonly frontMatter: Readonly<Record<string, unknown>>
}

export function datasetCard(
  set: ExportSet,
  facts: SetFacts,
  certificate: LeakCertificate,
  { title, readBy, frontMatter }: Card,
): string {
  const hasBoxes = facts.boxes > 0
  const front = {
    pretty_name: titleOf(set),
    // Pictures of the web: what a page says of their terms is a claim, each its own.
    license: 'unknown',
    task_categories: ['image-classification', ...(hasBoxes ? ['object-detection'] : [])],
    size_categories: [sizeCategory(set.count)],
    annotations_creators: ['found'],
    source_datasets: ['original'],
    ...frontMatter,
  }
  const isSplit = set.splits[0] !== null
  return [
    '---',
    stringify(front, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }).trimEnd(),
    '---',
    '',
    `# ${inMarkdown(titleOf(set))}`,
    ...(set.version.description === '' ? [] : ['', inMarkdown(set.version.description)]),
    '',
    `${set.count} pictures of ${set.classes.length} classes as ${title.toLowerCase()}, for ${readBy}.`,
    '',
    ...set.splits.map(split => `- ${splitTitle(split)}: ${set.countIn(split)} pictures`),
    '',
    '| index | class | label | pictures |',
    '| --- | --- | --- | --- |',
    ...set.classes.map(({ index, name, label }) => {
      const count = set.splits.reduce((sum, split) => sum + (set.tally(split)[index] ?? 0), 0)
      return `| ${index} | ${inMarkdown(name)} | ${inMarkdown(label)} | ${count} |`
    }),
    '',
    ...(isSplit
      ? [
          `Pairs of near-duplicates (within ${certificate.distanceBits} of 256 bits, confirmed by their pixels) with their halves in different splits: ${certificate.pairs}.`,
          '',
        ]
      : []),
    'Beside the pictures: `classes.txt` (the classes in the order of their indices), `CREDITS.csv` (where each picture comes from),',
    '`DATASHEET.md`, `croissant.json` and `gleaner-export.json` (every file with its SHA-256; `gleaner verify --export` checks it).',
    '',
    `Version \`${set.version.digest}\`. Terms of use differ from picture to picture and were not checked.`,
    '',
  ].join('\n')
}

/** As the hub counts. */
function sizeCategory(count: number): string {
  const steps = ['1K', '10K', '100K', '1M', '10M'] as const
  const at = [1e3, 1e4, 1e5, 1e6, 1e7].findIndex(most => count < most)
  if (at === 0) return 'n<1K'
  return at < 0 ? 'n>10M' : `${steps[at - 1]}<n<${steps[at]}`
}
