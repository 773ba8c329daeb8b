/** The pictures recall is measured on: those of the shared corpus, and copies made of its photos. */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@gleaner/shared/dataset'
import sharp from 'sharp'
import { sharedFolder } from '../../../scripts/shared-folder.ts'
import type { Decoders } from '../../src/imaging/decoded.ts'
import { transforms } from '../../src/imaging/transforms.ts'
import type { Fingerprint, QueryForm } from '../../src/look/fingerprint.ts'

/** One picture, known by its fingerprint alone. */
export interface Sight {
  /** Of its file, or of the photo and the edit it was made by. */
  readonly name: string
  /** Pictures of one family show the same. */
  readonly family: string
  readonly fingerprint: Fingerprint
  readonly queryForms: readonly QueryForm[]
  /** Small, for the page. */
  readonly thumbnail: Buffer
}

/** A copy and what it is a copy of. */
export interface TruePair {
  readonly row: string
  readonly original: Sight
  readonly copy: Sight
}

export interface Material {
  readonly sights: readonly Sight[]
  readonly pairs: readonly TruePair[]
  /** Look alike and show different things. */
  readonly negatives: readonly (readonly [Sight, Sight])[]
  /** Names of pairs that may be found or not: separate shots of one scene. */
  readonly related: ReadonlySet<string>
}

export const pairName = (a: Sight, b: Sight) => [a.name, b.name].toSorted().join(' ')

const settings = { ...defaultSettings, accept: { ...defaultSettings.accept, minSidePx: 32 } }
const thumbnailSidePx = 240

async function sightOf(
  decoders: Decoders,
  bytes: Buffer,
  name: string,
  family: string,
): Promise<Sight | undefined> {
  const picture = await decoders.decode(bytes, settings, new AbortController().signal)
  if (picture.kind === 'failed') return undefined
  picture.release()
  const { fingerprint, queryForms } = picture
  const thumbnail = await sharp(bytes)
    .resize(thumbnailSidePx, thumbnailSidePx, { fit: 'inside' })
    .jpeg()
    .toBuffer()
  return { name, family, fingerprint, queryForms, thumbnail }
}

interface Groups {
  readonly groups: readonly { readonly id: string; readonly files: readonly string[] }[]
  readonly negatives: readonly { readonly files: readonly [string, string] }[]
  readonly related: readonly { readonly files: readonly [string, string] }[]
}

/** `near-dup` of the corpus: rows `real`, `suite`, and one for each edit of `synthetic`. */
export async function corpusMaterial(decoders: Decoders, folder: string): Promise<Material> {
  const { groups, negatives, related } = JSON.parse(
    readFileSync(join(folder, 'groups.json'), 'utf8'),
  ) as Groups
  const families = new Map(groups.flatMap(({ id, files }) => files.map(file => [file, id] as const)))
  const files = new Set([...families.keys(), ...negatives.flatMap(pair => pair.files)])
  const sights = new Map<string, Sight>()
  await inParallel([...files], async file => {
    const bytes = readFileSync(join(folder, file))
    const sight = await sightOf(decoders, bytes, file, families.get(file) ?? file)
    if (sight) sights.set(file, sight)
  })
  const pairs = groups.flatMap(({ id, files: [first = '', ...rest] }) =>
    rest.flatMap(file => {
      const [original, copy] = [sights.get(first), sights.get(file)]
      return original && copy ? [{ row: rowOf(id, file), original, copy }] : []
    }),
  )
  const known = (names: readonly [string, string]) => {
    const [a, b] = [sights.get(names[0]), sights.get(names[1])]
    return a && b ? [[a, b] as const] : []
  }
  return {
    sights: [...sights.values()],
    pairs,
    negatives: negatives.flatMap(({ files }) => known(files)),
    related: new Set(related.flatMap(({ files }) => known(files)).map(([a, b]) => pairName(a, b))),
  }
}

function rowOf(group: string, file: string): string {
  if (group.startsWith('real-')) return 'real'
  const edit = new RegExp(`${group}-(\\w+)\\.`).exec(file)?.[1]
  return group.startsWith('syn-') && edit ? edit : 'suite'
}

/** Photos of the corpus that show the same, though nobody filed them so: found by this measurement and looked at. */
const twins: readonly (readonly string[])[] = [
  ['banana-06', 'banana-07'],
  ['banana-08', 'banana-09'],
  ['orange-07', 'orange-08'],
  ['raccoon-11', 'raccoon-12'],
]
/** Separate shots of one scene. */
const shots: readonly (readonly [string, string])[] = [['fork-07', 'fork-10']]

/** Paths of all photos of the corpus, in order of their names; `undefined` where it is not there. */
export function corpusPhotos(): readonly string[] | undefined {
  const folder = sharedFolder('corpus/photos')
  if (!folder) return undefined
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(?:jpe?g|png|webp)$/i.test(name))
    .toSorted()
    .map(name => join(folder, name))
}

/** Photos, their longest side brought to 512 px, and a copy by each edit. */
export async function photoMaterial(
  decoders: Decoders,
  photos: readonly string[],
  say: (line: string) => void,
): Promise<Material> {
  const sights: Sight[] = []
  const pairs: TruePair[] = []
  let done = 0
  await inParallel(photos, async path => {
    const photo = path.replace(/^.*\//, '').replace(/\.\w+$/, '')
    const family = twins.find(names => names.includes(photo))?.[0] ?? photo
    const base = await sharp(readFileSync(path))
      .rotate()
      .resize(512, 512, { fit: 'inside' })
      .jpeg({ quality: 92 })
      .toBuffer()
    const original = await sightOf(decoders, base, `${photo} orig`, family)
    if (!original) return
    sights.push(original)
    for (const { name, make } of transforms) {
      const copy = await sightOf(decoders, await make(base), `${photo} ${name}`, family)
      if (!copy) continue
      sights.push(copy)
      pairs.push({ row: name, original, copy })
    }
    done += 1
    say(`recall: ${done} of ${photos.length} photos`)
  })
  return { sights, pairs, negatives: [], related: relatedAmong(sights) }
}

function relatedAmong(sights: readonly Sight[]): Set<string> {
  const of = (photo: string) => sights.filter(({ family }) => family === photo)
  return new Set(
    shots.flatMap(([a, b]) => of(a).flatMap(first => of(b).map(second => pairName(first, second)))),
  )
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const hand = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, hand))
}
