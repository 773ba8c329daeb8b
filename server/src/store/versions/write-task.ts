/** Writes the file of a version: one line a picture, in the order of ids, and what is known about leaks. */
import { AppError } from '@gleaner/shared/errors'
import type { LeakCertificate, SplitName } from '@gleaner/shared/splits'
import type { VersionClass, VersionHeader } from '@gleaner/shared/versions'
import { leaksAcross, leaksSince } from '../../splits/certificate.ts'
import { codeOf, none, test, train, validation } from '../../splits/codes.ts'
import { foldsOf } from '../../splits/folds.ts'
import { at } from '../../splits/graph.ts'
import { membersOf } from '../../splits/members.ts'
import { groupsOf, settle } from '../../splits/settle.ts'
import { trialsOf } from '../../splits/trials.ts'
import { createMergedClasses } from '../merged-classes.ts'
import { createImageLines, type Shape } from './image-lines.ts'
import type { ClassRow, IndexReader, ReadIndex } from './index-reader.ts'
import { createSink, linesNow } from './manifest-now.ts'
import type { Answer, Ask, EarlierVersion } from './tasks.ts'

export function writeVersion(reader: IndexReader, ask: Ask<'write'>): Answer<'write'> {
  const read = reader.read()
  const { held } = read
  const isIn = (place: number) => !ask.onlyKept || at(held.isKept, place) === 1
  const shape = shapeOf(read, isIn)
  const images = shape.split.length === 0 ? 0 : countWhere(held.count, isIn)
  if (images === 0) throw new AppError('VERSION_EMPTY')
  const classes = classesOf(reader, read, isIn, ask.onlyKept)
  const { render, ...rules } = ask.settings
  const header: VersionHeader = {
    ...{ schema: 1, dataset: ask.dataset, classes, render, plan: read.plan, images },
    ledger: { ...rules, ...endingsOf(reader) },
  }
  const sink = createSink(ask.path)
  try {
    sink.line(JSON.stringify(header))
    createImageLines(reader)(read, shape, isIn, image => sink.line(JSON.stringify(image)))
    const { digest, sizeBytes } = sink.end()
    const count = (code: number) =>
      countWhere(held.count, place => isIn(place) && at(shape.split, place) === code)
    const splits = { train: count(train), validation: count(validation), test: count(test) }
    return {
      digest,
      sizeBytes,
      images,
      classes: classes.length,
      splits,
      certificate: certify(reader, read, shape, ask),
    }
  } finally {
    sink.close()
  }
}

/** What every picture of the version gets from splits; none of those that are not in it. */
function shapeOf({ held, graph, places, plan }: ReadIndex, isIn: (place: number) => boolean): Shape {
  const settled = settle(graph, places)
  const split = settled.split.map((code, place) => (isIn(place) ? code : none))
  const groupOf = groupsOf(graph, settled)
  const { classOf, chance } = held
  const isTried = (place: number) => at(split, place) === train || at(split, place) === validation
  const fold =
    plan && plan.folds > 0
      ? foldsOf(membersOf(groupOf, isTried), plan.folds, {
          classOf,
          chance: chance.fold,
          pictures: held.count,
        })
      : new Int8Array(held.count).fill(-1)
  const trial = trialsOf(place => at(split, place) === train, { classOf, chance: chance.trial })
  return { split, fold, trial, groupOf }
}

/** What became of candidates that brought no picture. */
function endingsOf({ db }: IndexReader): Omit<NonNullable<VersionHeader['ledger']>, `honour${string}`> {
  const tally = db.prepare<[], { state: string; code: string; count: number }>(
    `SELECT state, code, sum(n) AS count FROM tally WHERE state IN ('rejected', 'opted_out', 'duplicate')
      GROUP BY state, code ORDER BY count DESC, code`,
  )
  const all = tally.all()
  const sumOf = (state: string) => all.reduce((sum, row) => sum + (row.state === state ? row.count : 0), 0)
  return {
    rejected: all.flatMap(({ state, code, count }) => (state === 'rejected' ? [{ code, count }] : [])),
    optedOut: sumOf('opted_out'),
    duplicates: sumOf('duplicate'),
  }
}

function classesOf(
  { db }: IndexReader,
  { held }: ReadIndex,
  isIn: (place: number) => boolean,
  onlyKept: boolean,
): VersionClass[] {
  const boxed = db
    .prepare<[], number>(
      `SELECT DISTINCT b.class_id FROM image_box b CROSS JOIN image i ON i.id = b.image_id
        WHERE i.state = 'stored' AND i.original_digest = b.original_digest ${onlyKept ? `AND i.mark = 'kept'` : ''}`,
    )
    .pluck()
    .all()
  const standingFor = createMergedClasses(db)
  const used = new Set(boxed.map(id => standingFor(id)?.id ?? id))
  for (let place = 0; place < held.count; place += 1) {
    if (isIn(place)) used.add(held.classes[at(held.classOf, place)]?.id ?? 0)
  }
  const labelOf = db.prepare<[number], string>('SELECT label FROM class WHERE id = ?').pluck()
  const toClass = ({ label, folder, parentId, description, synonyms }: ClassRow): VersionClass => ({
    label,
    folder,
    parent: parentId === null ? null : (labelOf.get(parentId) ?? null),
    description,
    synonyms: JSON.parse(synonyms) as string[],
  })
  return held.classes.filter(({ id }) => used.has(id)).map(toClass)
}

function certify(
  reader: IndexReader,
  { held, near }: ReadIndex,
  { split }: Shape,
  { distanceBits, earlier }: Ask<'write'>,
): LeakCertificate {
  const { classOf, classes } = held
  const leaks = leaksAcross(near, split, { classOf, classes: classes.length, distanceBits })
  const byClass = classes.flatMap(({ label }, index) => {
    const pairs = at(leaks.byClass, index)
    return pairs === 0 ? [] : [{ label, pairs }]
  })
  const examples = leaks.examples.map(index => ({
    a: reader.idAt(held, at(near.a, index)),
    b: reader.idAt(held, at(near.b, index)),
    distanceBits: at(near.distanceBits, index),
  }))
  const withEarlier = earlier.map(version => {
    const were = splitsOf(reader, held, version)
    return { versionId: version.id, name: version.name, ...leaksSince(near, split, were, distanceBits) }
  })
  return { distanceBits, pairs: leaks.pairs, byClass, examples, withEarlier }
}

// The first keys of a line, which are always these in this order: much quicker than understanding all of it.
const beginning = /^\{"id":"([0-9a-f]{20})","label":"(?:[^"\\]|\\.)*","split":(?:null|"([a-z]+)")/

function splitsOf(
  reader: IndexReader,
  { count, placeOf }: ReadIndex['held'],
  file: EarlierVersion,
): Uint8Array {
  const were = new Uint8Array(count)
  const seqOf = reader.db.prepare<[string], number>('SELECT seq FROM image WHERE id = ?').pluck()
  for (const [index, line] of linesNow(file)) {
    if (index === 0) continue
    const [, id, split] = beginning.exec(line) ?? []
    if (id === undefined) throw new AppError('VERSION_DAMAGED', { digest: file.digest, line: index + 1 })
    const seq = split === undefined ? undefined : seqOf.get(id)
    const place = seq === undefined ? -1 : placeOf(seq)
    if (place >= 0) were[place] = codeOf(split as SplitName)
  }
  return were
}

function countWhere(count: number, isMeant: (place: number) => boolean): number {
  let found = 0
  for (let place = 0; place < count; place += 1) if (isMeant(place)) found += 1
  return found
}

// A quote within a text has a backslash before it: these are the keys of the line itself.
const files =
  /^\{"id":"([0-9a-f]{20})".*?"rendered":\{"digest":"([0-9a-f]{64})".*?"original":\{"digest":"([0-9a-f]{64})"/

/** How many pictures of versions have no file any more. */
export function goneOf(reader: IndexReader, { versions }: Ask<'gone'>): Answer<'gone'> {
  const isHere = reader.db
    .prepare<{ id: string; rendered: string; original: string }, number>(
      `SELECT 1 FROM image i WHERE i.id = :id
          AND (i.state = 'stored' OR EXISTS (SELECT 1 FROM set_aside a WHERE a.image_seq = i.seq))
          AND (i.digest = :rendered OR (i.original_digest = :original AND i.original_kept = 1))`,
    )
    .pluck()
  return versions.map(file => {
    let gone = 0
    for (const [index, line] of linesNow(file)) {
      if (index === 0) continue
      const [, id = '', rendered = '', original = ''] = files.exec(line) ?? []
      if (isHere.get({ id, rendered, original }) === undefined) gone += 1
    }
    return gone
  })
}
