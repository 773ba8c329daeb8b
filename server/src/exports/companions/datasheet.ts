/** `DATASHEET.md`, by the questions of "Datasheets for Datasets": what is known is filled in, the rest is left to a person. */

import type { LeakCertificate, SplitPlan } from '@gleaner/shared/splits'
import type { ExportSet } from '../exporter.ts'
import type { SetFacts } from './facts.ts'
import { dayOf, inMarkdown, listOf, splitTitle, titleOf } from './words.ts'

const byPerson = '*To be written by a person.*'

export function datasheet(set: ExportSet, facts: SetFacts, certificate: LeakCertificate): string {
  return [
    `# Datasheet: ${inMarkdown(titleOf(set))}`,
    '',
    'The facts were filled in from the index of the dataset. What only a person can know is marked as such.',
    ...section('Motivation', [byPerson]),
    ...section('Composition', composition(set, facts)),
    ...section('Collection process', [...collection(facts), ...leftOut(set)]),
    ...section('Preprocessing, cleaning and labelling', preprocessing(set, facts)),
    ...section('Splits', splitsOf(set, certificate)),
    ...section('Rights', rights(facts)),
    ...section('Uses', [byPerson]),
    ...section('Distribution', [byPerson]),
    ...section('Maintenance', [
      `Version ${inMarkdown(set.version.name)} (${set.version.digest}) of ${dayOf(set.version.createdAtMs)} stays as it is; later ones have other digests.`,
      '',
      byPerson,
    ]),
    '',
  ].join('\n')
}

const section = (title: string, lines: readonly string[]) => ['', `## ${title}`, '', ...lines]

function composition(set: ExportSet, { widths, heights, sizeBytes, boxes, thumbnails }: SetFacts): string[] {
  const head = ['class', ...set.splits.map(splitTitle)]
  const tallies = set.splits.map(split => set.tally(split))
  const rows = set.classes.map(({ label, index }) => [
    inMarkdown(label),
    ...tallies.map(tally => String(tally[index] ?? 0)),
  ])
  return [
    `${set.count} pictures of ${set.classes.length} classes, ${Math.round(sizeBytes / 1e5) / 10} MB;`,
    `${widths.least} to ${widths.most} pixels wide, ${heights.least} to ${heights.most} high.`,
    `${boxes} boxes. ${thumbnails} pictures are previews whose originals could not be had.`,
    '',
    ...[head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`),
    '',
    `Whether people can be recognised in them, and whether any of it is sensitive: ${byPerson}`,
  ]
}

function collection({ engines, queries, hosts, storedAtMs, imported }: SetFacts): string[] {
  return [
    `A person searched the web for pictures and picked results; they were fetched from ${dayOf(storedAtMs.least)} to ${dayOf(storedAtMs.most)}.`,
    ...(imported > 0 ? [`${imported} pictures came from files of that person instead.`] : []),
    ...named('Engines', listOf(engines)),
    ...named('Queries', listOf(queries)),
    ...named('Hosts', listOf(hosts)),
  ]
}

/** What was not taken, and by which rules. */
function leftOut({ header: { ledger } }: ExportSet): string[] {
  if (!ledger) return []
  const { honourOptOut, honourRobots, rejected, optedOut, duplicates } = ledger
  return [
    '',
    `${duplicates} copies of pictures that were held, and ${optedOut} pictures that are not to be used for machine learning, were not taken.`,
    `When this version was made, signals against machine learning were ${honourOptOut ? 'obeyed' : '**not obeyed**'}, and robots.txt was ${honourRobots ? 'obeyed' : '**not obeyed**'}.`,
    ...named('Rejected, by reason', listOf(rejected.map(({ code, count }) => ({ name: code, count })))),
  ]
}

const named = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', `${title}:`, '', ...lines]

function preprocessing({ header, render }: ExportSet, { originals }: SetFacts): string[] {
  const { fit, sidePx, quality } = header.render
  const size = render.sidePx === null ? 'as they were filed' : `${render.fit}, ${render.sidePx} pixels`
  return [
    'Orientation was applied, colours were brought to sRGB with 8 bits, and metadata was dropped.',
    `They were filed at ${sidePx} pixels (${fit}, JPEG, quality ${quality}) and written here ${size}, as ${render.format}${render.isGrey ? ', grey' : ''}.`,
    'Copies were recognised by their look and confirmed by their pixels, and dropped or reviewed by a person.',
    'Labels are what was searched for, and what a person made of it in review.',
    ...named('Formats of the originals', listOf(originals)),
  ]
}

function splitsOf({ header, splits }: ExportSet, { distanceBits, pairs }: LeakCertificate): string[] {
  if (splits[0] === null) return ['The pictures are in no splits.']
  return [
    header.plan
      ? ruleOf(header.plan)
      : 'They were taken over from where the pictures came from, or pinned by a person.',
    `Copies of one picture are never in different splits on purpose: ${pairs} pairs of near-duplicates within ${distanceBits} of 256 bits, confirmed by their pixels, are.`,
  ]
}

function ruleOf({ sizes, byLandingPage, seed }: SplitPlan): string {
  const { kind, validation, test } = sizes
  const size =
    kind === 'shares'
      ? `${Math.round(validation * 100)} % validation, ${Math.round(test * 100)} % test`
      : `${validation} pictures of each class for validation, ${test} for test`
  const pages = byLandingPage ? ', as do pictures of one page' : ''
  return `Assigned by class and group, with seed "${inMarkdown(seed)}": ${size}. Groups of copies and shots of one scene stay together${pages}.`
}

function rights({ licenses, prohibited }: SetFacts): string[] {
  return [
    'Licences are claims of the pages the pictures were found on; nobody has checked them. See CREDITS.csv.',
    `${prohibited} pictures say in their files that they are not to be used for machine learning.`,
    ...named('Claims', listOf(licenses)),
  ]
}
