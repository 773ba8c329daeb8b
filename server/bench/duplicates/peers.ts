/**
 * The same folders through imagededup and through ours, in one run: which of the true pairs each finds, how many false
 * ones, and how many images a second.
 *
 * imagededup is a Python program of some gigabytes (see python-peer.ts). Its network (CNN) loads its weights from elsewhere
 * when first used; where they cannot be had, that row says so.
 *
 * `npm run -s bench:duplicates:peers [-- --json] [--photos N]`
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sharedFolder } from '../../../scripts/shared-folder.ts'
import { transformNames } from '../../src/imaging/transforms.ts'
import { smallPhotos } from '../bench-photos.ts'
import { fixed } from '../ingest/statistics.ts'
import { answerOf, pythonWith } from '../python-peer.ts'
import { original, photoOf, writeVersions } from './versions.ts'

const peer = 'imagededup==0.3.3.post2'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    photos: { type: 'string', default: '30' },
  },
})

/** A folder and what is known of it. */
interface Material {
  readonly title: string
  readonly folder: string
  /** Of two files: whether they show one picture; `undefined` where that is not known. */
  readonly isTrue: (a: string, b: string) => boolean | undefined
  /** Name of a row → pairs that should be found. */
  readonly wanted: ReadonlyMap<string, readonly (readonly [string, string])[]>
  readonly files: number
}

async function photosWithEdits(folder: string): Promise<Material> {
  const { paths, source } = await smallPhotos(join(folder, 'photos'), Number(values.photos))
  const place = join(folder, 'versions')
  const { byEdit, files } = await writeVersions(place, paths, transformNames)
  const originals = byEdit.get(original) ?? []
  const wanted = new Map<string, [string, string][]>()
  for (const [edit, names] of byEdit) {
    if (edit !== original)
      wanted.set(
        edit,
        names.map((name, at) => [originals[at] ?? '', name]),
      )
  }
  const title = `${files} files: ${source}, brought to 512 px, and ${transformNames.length} edited copies of each`
  return { ...{ title, wanted, files }, folder: place, isTrue: (a, b) => photoOf(a) === photoOf(b) }
}

interface Groups {
  readonly groups: readonly { readonly id: string; readonly files: readonly string[] }[]
  readonly negatives: readonly { readonly files: readonly [string, string] }[]
  /** Neither duplicates nor different pictures. */
  readonly related: readonly { readonly files: readonly string[] }[]
}

/** The labelled duplicates of the shared corpus, real and made, in one folder. */
function labelledDuplicates(folder: string): Material | undefined {
  const corpus = sharedFolder('corpus/near-dup')
  if (!corpus) return undefined
  const { groups, negatives, related } = JSON.parse(
    readFileSync(join(corpus, 'groups.json'), 'utf8'),
  ) as Groups
  const place = join(folder, 'labelled')
  mkdirSync(place)
  const flat = (file: string) => file.replaceAll('/', '__')
  const groupOf = new Map(groups.flatMap(({ id, files }) => files.map(file => [flat(file), id] as const)))
  const names = new Set([...groupOf.keys(), ...negatives.flatMap(({ files }) => files.map(flat))])
  for (const name of names) copyFileSync(join(corpus, name.replaceAll('__', '/')), join(place, name))
  const relatedGroups = related.map(({ files }) => new Set(files.map(file => groupOf.get(flat(file)))))
  const isRelated = (a: string, b: string) =>
    relatedGroups.some(ids => ids.has(groupOf.get(a)) && ids.has(groupOf.get(b)))
  const wanted = new Map<string, [string, string][]>()
  for (const { id, files } of groups) {
    const row = id.startsWith('syn-') ? 'made' : id.startsWith('real-') ? 'real' : 'suite'
    const [first = '', ...others] = files
    const pairs = others.map((file): [string, string] => [flat(first), flat(file)])
    wanted.set(row, [...(wanted.get(row) ?? []), ...pairs])
  }
  return {
    ...{ title: `${names.size} files: labelled duplicates, real and made`, folder: place, wanted },
    files: names.size,
    isTrue: (a, b) => {
      if (groupOf.has(a) && groupOf.get(a) === groupOf.get(b)) return true
      return isRelated(a, b) ? undefined : false
    },
  }
}

interface Pass {
  readonly images: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly pairs: readonly (readonly [string, string])[]
}

interface Row {
  readonly name: string
  readonly imagesPerSecond: number
  /** What one core would do: does not depend on what else the machine does. */
  readonly imagesPerCpuSecond: number
  readonly recall: number
  readonly precision: number
  readonly falsePairs: number
  readonly recallByEdit: Readonly<Record<string, number>>
}

const scriptOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

function rowOf(name: string, { images, seconds, cpuSeconds, pairs }: Pass, material: Material): Row {
  const key = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`)
  const found = new Set(pairs.map(([a, b]) => key(a, b)))
  const verdicts = pairs.map(([a, b]) => material.isTrue(a, b))
  const falsePairs = verdicts.filter(verdict => verdict === false).length
  const truePairs = verdicts.filter(verdict => verdict === true).length
  const hitsOf = (wanted: readonly (readonly [string, string])[]) =>
    wanted.filter(([a, b]) => found.has(key(a, b))).length
  const all = [...material.wanted.values()].flat()
  return {
    name,
    imagesPerSecond: images / seconds,
    imagesPerCpuSecond: images / cpuSeconds,
    recall: hitsOf(all) / all.length,
    precision: truePairs + falsePairs === 0 ? 1 : truePairs / (truePairs + falsePairs),
    falsePairs,
    recallByEdit: Object.fromEntries(
      [...material.wanted].map(([edit, wanted]) => [edit, hitsOf(wanted) / wanted.length]),
    ),
  }
}

const contenders: readonly (readonly [method: string, thresholds: readonly number[]])[] = [
  ...['PHash', 'DHash', 'AHash', 'WHash'].map(method => [method, [0, 10]] as const),
  ['CNN', [0.9]],
]

function measure(python: string, material: Material): { rows: Row[]; missing: string[] } {
  const missing: string[] = []
  const ours = answerOf<Pass>(process.execPath, [scriptOf('our-pass.ts'), material.folder])
  const rows = [rowOf('ours', ours, material)]
  for (const [method, thresholds] of contenders) {
    const names = thresholds.map(threshold => `${method} at ${threshold}`)
    try {
      const args = [scriptOf('imagededup_pass.py'), material.folder, method, ...thresholds.map(String)]
      const passes = answerOf<Pass[]>(python, args)
      rows.push(...passes.map((pass, at) => rowOf(names[at] ?? method, pass, material)))
    } catch (error) {
      const reason = String(error instanceof Error ? error.message : error)
      missing.push(`${names.join(', ')}: not measured (${reason.trim().split('\n').at(-1)})`)
    }
  }
  return { rows, missing }
}

const percent = (share: number | undefined) => fixed((share ?? Number.NaN) * 100, 1) ?? ''

function markdown(rows: readonly Row[]): string[] {
  const edits = Object.keys(rows[0]?.recallByEdit ?? {})
  return [
    '| | images a second | a second of CPU | recall % | precision % | false pairs |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ name, imagesPerSecond, imagesPerCpuSecond, recall, precision, falsePairs }) => {
      const speeds = [fixed(imagesPerSecond, 0), fixed(imagesPerCpuSecond, 0)]
      return `| ${[name, ...speeds, percent(recall), percent(precision), falsePairs].join(' | ')} |`
    }),
    '',
    `| recall % | ${rows.map(({ name }) => name).join(' | ')} |`,
    `| --- ${'| --- '.repeat(rows.length)}|`,
    ...edits.map(edit => `| ${edit} | ${rows.map(row => percent(row.recallByEdit[edit])).join(' | ')} |`),
  ]
}

const python = pythonWith(peer, 'imagededup.methods')
const folder = mkdtempSync(join(tmpdir(), 'gleaner-bench-'))
try {
  const materials = [await photosWithEdits(folder), labelledDuplicates(folder)]
  const results = materials
    .filter(material => material !== undefined)
    .map(material => ({ title: material.title, ...measure(python, material) }))
  if (values.json) console.log(JSON.stringify(results, null, 2))
  else {
    console.log(`${peer}, ${availableParallelism()} cores`)
    for (const { title, rows, missing } of results) {
      console.log(['', title, '', ...markdown(rows), '', ...missing].join('\n'))
    }
    if (!materials[1]) console.log('\nLabelled duplicates: the shared corpus is not there; skipped.')
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
