/** Sets whose pictures lie within a few large files: Parquet of the Hugging Face hub, TFRecord. */
import { posix } from 'node:path'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import type { Offered, ReaderOptions } from '../offered.ts'
import { isLabelFile } from '../packed/labels.ts'
import type { PackedFile, PackedForm } from '../packed/protocol.ts'
import { unpackPacked } from '../packed/unpack-packed.ts'

const patterns: Readonly<Record<PackedForm, RegExp>> = {
  'hf-parquet': /(?<!(?:^|\/)metadata)\.parquet$/i,
  tfrecord: /\.tfrecords?(?:-\d+-of-\d+)?$/i,
}

/** @returns which of these forms a file is in, by its name */
export const packedFormOf = (path: string): PackedForm | undefined =>
  path.match(patterns.tfrecord) ? 'tfrecord' : path.match(patterns['hf-parquet']) ? 'hf-parquet' : undefined

interface PackedOptions extends ReaderOptions {
  /** Whether the digests it tells are those of the pictures in it, and not of what they were made from. */
  readonly isOwn?: boolean
}

const mostTextBytes = 1024 * 1024

export async function* readPacked(
  form: PackedForm,
  source: SourceFolder,
  { only, problem, room, isOwn = false }: PackedOptions,
): AsyncGenerator<Offered> {
  const files = await filesOf(form, source, only)
  const texts = await textsBeside(source, files)
  for await (const found of unpackPacked({ form, files, texts }, room)) {
    if ('say' in found) {
      problem({ file: found.file, line: found.number, say: found.say, lost: found.lost })
      continue
    }
    const { digest, ...rest } = found.told.about
    const about = isOwn && digest !== undefined ? { ...rest, digest } : rest
    yield { ...found.told, about, place: found.place, file: null, url: null }
  }
}

async function filesOf(
  form: PackedForm,
  source: SourceFolder,
  only: string | undefined,
): Promise<readonly PackedFile[]> {
  const paths: string[] = []
  if (only !== undefined) paths.push(only)
  else for await (const path of source.below('.')) if (patterns[form].test(path)) paths.push(path)
  return Promise.all(paths.map(async path => ({ path, place: await source.path(path) })))
}

/** What numbers of classes mean lies in small files beside the large ones. */
async function textsBeside(source: SourceFolder, files: readonly PackedFile[]) {
  const folders = new Set(files.map(({ path }) => posix.dirname(path)))
  return Promise.all(
    [...folders].map(async folder => {
      const names = (await source.list(folder)).files.filter(isLabelFile)
      const held = await Promise.all(
        names.map(async name => [name, await source.text(posix.join(folder, name), mostTextBytes)] as const),
      )
      return [
        folder,
        held.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])),
      ] as const
    }),
  )
}
