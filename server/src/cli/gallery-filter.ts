/** Flags that say which pictures are meant: the names and values of the gallery's addresses, classes by their labels. */
import type { ClassSummary } from '@gleaner/shared/dataset'
import { AppError } from '@gleaner/shared/errors'
import { type GalleryQuery, galleryQueryNames, queryToFilter } from '@gleaner/shared/gallery-query'
import type { Command } from 'commander'

const range = '<from..to>'
const flags: readonly (readonly [flag: string, description: string])[] = [
  ['--class <labels...>', 'of these classes'],
  ['--place <place>', 'held, or trash'],
  ['--mark <marks...>', 'none, kept, unsure'],
  ['--split <splits...>', 'train, validation, test, none'],
  ['--origin <origins...>', 'original, upgraded, thumbnail'],
  ['--engine <names...>', 'found by these engines'],
  ['--query <queries...>', 'found by these queries'],
  ['--host <hosts...>', 'from these hosts, by registrable name'],
  ['--license <families...>', 'claimed: public-domain, cc-by, cc-by-sa, cc-by-nc, cc-by-nd, other, none'],
  [`--side ${range}`, 'shortest side of the original, in pixels; either end may be left out'],
  [`--aspect ${range}`, 'width over height of the original'],
  [`--stored ${range}`, 'when it was stored: Unix milliseconds'],
  ...galleryQueryNames.ranges
    .filter(name => name.startsWith('score-'))
    .map(name => [`--${name} ${range}`, 'score, 0 to 100'] as const),
  ['--group <group>', 'any, none, or the number of a group of copies'],
  ['--text <words>', 'words in the title or an address'],
]

/** Adds the flags of a filter to a command. */
export function addFilterFlags(command: Command): Command {
  for (const [flag, description] of flags) command.option(flag, description)
  return command
}

/** The flag of an order. */
export function addSortFlag(command: Command): Command {
  return command.option(
    '--sort <order>',
    'stored, side, aspect, bytes, title, host, class or a score; with "-" in front, the greatest first',
  )
}

const nameOf = (option: string) => option.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

/**
 * @param options - as the command line gives them; other flags among them are left alone
 * @param classes - of the dataset
 * @throws AppError `PROTOCOL_NOT_FOUND` for an unknown class, `PROTOCOL_INVALID` that names what cannot be read
 */
export function filterOf(
  options: Readonly<Record<string, unknown>>,
  classes: readonly Pick<ClassSummary, 'id' | 'label'>[],
): GalleryQuery {
  const params = new URLSearchParams()
  const names: readonly string[] = [
    ...galleryQueryNames.single,
    ...galleryQueryNames.lists,
    ...galleryQueryNames.ranges,
  ]
  for (const [option, given] of Object.entries(options)) {
    const name = nameOf(option)
    if (!names.includes(name)) continue
    const values = [given].flat().map(String)
    if (name === 'class') params.set('class', values.map(label => classId(classes, label)).join(','))
    else for (const value of values) params.append(name, value)
  }
  return queryToFilter(params)
}

function classId(classes: readonly Pick<ClassSummary, 'id' | 'label'>[], label: string): number {
  const found = classes.find(one => one.label === label)
  if (!found) throw new AppError('PROTOCOL_NOT_FOUND', { class: label })
  return found.id
}
