/** ImageNet localisation: folders or lists of synsets, names of those, boxes in CSV (one line a picture) or in XML beside them. */
import { posix } from 'node:path'
import { type FoundBox, splitNamed } from '../../exports/readers/found.ts'
import { linesOf } from '../../exports/readers/lines.ts'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import { readVoc } from '../../exports/readers/voc.ts'
import { nothingSaid, type Offered } from '../offered.ts'

const synset = /^n\d{8}$/
const namesFile = /(?:^|\/)(?:LOC_synset_mapping|words|synset_words)\.txt$/i
const solutionFile = /(?:^|\/)LOC_(train|val)_solution\.csv$/i

export async function isImageNet(_source: SourceFolder, files: readonly string[]): Promise<boolean> {
  if (files.some(file => solutionFile.test(file) || /LOC_synset_mapping\.txt$/i.test(file))) return true
  const folders = new Set(files.flatMap(file => file.split('/').slice(0, -1)))
  return [...folders].some(name => synset.test(name))
}

interface Known {
  readonly synsets: string[]
  readonly boxes: FoundBox[]
}

export async function* readImageNet(source: SourceFolder): AsyncGenerator<Offered> {
  const files: string[] = []
  for await (const file of source.below('.')) files.push(file)
  const names = await namesOf(source, files)
  const known = new Map<string, Known>()
  for (const file of files.filter(name => solutionFile.test(name))) await readSolution(source, file, known)
  await readDrawn(source, known)
  const nameOf = (id: string) => names.get(id) ?? id
  const otherNames = new Map([...names].map(([id, name]) => [name, id]))
  for (const file of files) {
    if (!/\.(?:jpe?g|png)$/i.test(file)) continue
    const stem = posix.basename(file, posix.extname(file))
    const said = known.get(stem)
    const folders = posix.dirname(file).split('/').reverse()
    const own = folders.find(name => synset.test(name)) ?? said?.synsets[0] ?? synsetIn(stem)
    const boxes = (said?.boxes ?? []).map(box => ({ ...box, label: nameOf(box.label) }))
    const split = folders.map(splitNamed).find(one => one !== null) ?? null
    yield { ...nothingSaid, file, split, boxes, labels: own === undefined ? [] : [nameOf(own)], otherNames }
  }
}

/** `n01440764_10026` is a picture of a tench. */
const synsetIn = (stem: string) => /^(n\d{8})_/.exec(stem)?.[1]

/** `n01440764 tench, Tinca tinca`: the first name is the usual one. */
async function namesOf(source: SourceFolder, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const file of files.filter(name => namesFile.test(name))) {
    for await (const { text } of linesOf(source.chunks(file))) {
      const [, id, all = ''] = /^(n\d{8})\s+(.+)$/.exec(text ?? '') ?? []
      const [first = ''] = all.split(',')
      if (id !== undefined && first.trim() !== '') names.set(id, first.trim())
    }
  }
  return names
}

/** `ImageId,PredictionString`: a synset and four numbers for each box, all in one cell. */
async function readSolution(source: SourceFolder, file: string, known: Map<string, Known>): Promise<void> {
  for await (const { text } of linesOf(source.chunks(file))) {
    const [, stem, rest = ''] = /^([^,]+),"?([^"]*)"?$/.exec(text ?? '') ?? []
    if (stem === undefined || stem === 'ImageId') continue
    const words = rest.trim().split(/\s+/)
    const said: Known = known.get(stem) ?? { synsets: [], boxes: [] }
    for (let at = 0; at + 4 < words.length; at += 5) {
      const label = words[at] ?? ''
      const [left = 0, top = 0, right = 0, bottom = 0] = words.slice(at + 1, at + 5).map(Number)
      if (!synset.test(label)) continue
      said.synsets.push(label)
      if (right > left && bottom > top)
        said.boxes.push({ label, x: left, y: top, width: right - left, height: bottom - top, unit: 'px' })
    }
    known.set(stem, said)
  }
}

/** Boxes in XML are those of VOC, with synsets for names. */
async function readDrawn(source: SourceFolder, known: Map<string, Known>): Promise<void> {
  for await (const { file, boxes } of readVoc(source, { problem: () => {} })) {
    const stem = posix.basename(file, posix.extname(file))
    if (!known.has(stem)) known.set(stem, { synsets: boxes.map(({ label }) => label), boxes: [...boxes] })
  }
}
