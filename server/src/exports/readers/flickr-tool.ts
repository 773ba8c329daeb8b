/** Reads what the Flickr tool left behind: the split names files of the archive, the folder of a file is its class. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { ReadPicture } from '../exporter.ts'

type Split = Readonly<Record<string, readonly string[]>>

/** @throws Error when the split names a file that is not there, or not every file, or holds anything but train and test */
export async function* readFlickrTool(folder: string): AsyncGenerator<ReadPicture> {
  const split = JSON.parse(await readFile(join(folder, 'train_test_split.json'), 'utf8')) as Split
  const splitOf = new Map(
    Object.entries(split).flatMap(([name, paths]) => paths.map(path => [path, name] as const)),
  )
  if (Object.keys(split).join() !== 'train,test') throw new Error('a split of other names')
  await checkAddresses(folder)
  for await (const { path, bytes } of filesIn(join(folder, 'dataset.tgz'))) {
    const [label, name] = path.split('/')
    if (label === undefined || name === undefined) continue
    const of = splitOf.get(path)
    if (of === undefined || !splitOf.delete(path)) throw new Error(`${path} is in no split`)
    const digest = createHash('sha256').update(bytes).digest('hex')
    yield { label, split: of, digest, bytes: async () => bytes }
  }
  if (splitOf.size > 0) throw new Error(`${splitOf.size} files of the split are not there`)
}

async function checkAddresses(folder: string): Promise<void> {
  const urls = JSON.parse(await readFile(join(folder, 'urls_data.json'), 'utf8')) as Split
  const summary = await readFile(join(folder, 'summary.txt'), 'utf8')
  const told = summary.match(/^Class .+: Downloaded: \d+ Expected: \d+$/gm) ?? []
  if (told.length !== Object.keys(urls).length)
    throw new Error('addresses and summary name different classes')
}

async function* filesIn(path: string) {
  const files = extract()
  const feeding = pipeline(createReadStream(path), createGunzip(), files)
  // Where feeding fails, reading does so too; it is awaited after that.
  feeding.catch(() => undefined)
  for await (const entry of files) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    if (entry.header.type === 'file') yield { path: entry.header.name, bytes: Buffer.concat(chunks) }
  }
  await feeding
}
