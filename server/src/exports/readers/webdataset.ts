/**
 * Reads WebDataset shards by the rules of its readers: a key goes up to the first dot of the base name, what follows is the
 * field; files of one key lie side by side, no field comes twice, and all samples have the same fields.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ReadPicture } from '../exporter.ts'

const Box = Type.Object({
  ...{
    label: Type.String(),
    x: Type.Number(),
    y: Type.Number(),
    width: Type.Number(),
    height: Type.Number(),
  },
})
const Facts = Type.Object({
  label: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
  boxes: Type.Optional(Type.String()),
})

type Sample = ReadonlyMap<string, Buffer>
const pictureFields = ['jpg', 'jpeg', 'png', 'webp']

/** @throws Error where a reader would, or would lose a sample */
export async function* readWebdataset(folder: string): AsyncGenerator<ReadPicture> {
  const shards = (await readdir(folder)).filter(name => name.endsWith('.tar')).sort()
  const labels = new Map<string, string>()
  const keys = new Set<string>()
  let fields: string | undefined
  for (const shard of shards) {
    const split = /^(.+)-\d{6}\.tar$/.exec(shard)?.[1] ?? null
    for await (const [key, sample] of samplesOf(join(folder, shard))) {
      if (keys.has(key)) throw new Error(`${shard}: the key ${key} comes twice`)
      keys.add(key)
      fields ??= [...sample.keys()].join(' ')
      if ([...sample.keys()].join(' ') !== fields)
        throw new Error(`${shard}: ${key} has other fields than the first`)
      yield found(sample, split, labels)
    }
  }
}

async function* samplesOf(path: string): AsyncGenerator<[key: string, Sample]> {
  const files = extract()
  const feeding = pipeline(createReadStream(path), files)
  // Where feeding fails, reading does so too; it is awaited after that.
  feeding.catch(() => undefined)
  let key: string | undefined
  let sample = new Map<string, Buffer>()
  for await (const entry of files) {
    const { name } = entry.header
    const [, of = '', field = ''] = /^((?:.*\/)?[^/.]+)\.([^/]*)$/.exec(name) ?? []
    if (of === '' || of.startsWith('__')) throw new Error(`${path}: ${name} is no file of a sample`)
    if (key !== undefined && key !== of) {
      yield [key, sample]
      sample = new Map()
    }
    key = of
    if (sample.has(field.toLowerCase())) throw new Error(`${path}: ${name} comes twice`)
    sample.set(field.toLowerCase(), await buffer(entry))
  }
  await feeding
  if (key !== undefined) yield [key, sample]
}

/** @param labels - of class numbers seen so far: one number is one label */
function found(sample: Sample, split: string | null, labels: Map<string, string>): ReadPicture {
  const bytes = pictureFields.map(field => sample.get(field)).find(content => content !== undefined)
  const facts: unknown = JSON.parse(String(sample.get('json')))
  const number = String(sample.get('cls'))
  if (!bytes || !Value.Check(Facts, facts) || !/^\d+$/.test(number))
    throw new Error('a sample without its fields')
  const { label, width, height } = facts
  if ((labels.get(number) ?? label) !== label) throw new Error(`class ${number} is ${label} and another one`)
  labels.set(number, label)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const boxes = facts.boxes === undefined ? undefined : Value.Parse(Type.Array(Box), JSON.parse(facts.boxes))
  return { label, split, digest, width, height, bytes: async () => bytes, ...(boxes ? { boxes } : {}) }
}
