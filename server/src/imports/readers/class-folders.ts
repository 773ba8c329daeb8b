/** Folders that are classes, alone or in folders that are splits. What lies deeper belongs to the class. */
import { splitNamed } from '../../exports/readers/found.ts'
import type { SourceFolder } from '../../exports/readers/source-folder.ts'
import { isPictureName, nothingSaid, type Offered } from '../offered.ts'

export async function* readFolders(source: SourceFolder): AsyncGenerator<Offered> {
  const splits = await splitFolders(source)
  if (splits === undefined) {
    yield* classesIn(source, '.', null)
    return
  }
  for (const folder of splits) yield* classesIn(source, folder, splitNamed(folder))
}

/** Folders are splits where all of them are named so, and at least one has folders of its own. */
async function splitFolders(source: SourceFolder): Promise<readonly string[] | undefined> {
  const shown = (await source.list('.')).folders.filter(name => !name.startsWith('.'))
  if (shown.length === 0 || shown.some(name => splitNamed(name) === null)) return undefined
  for (const name of shown) if ((await source.list(name)).folders.length > 0) return shown
  return undefined
}

async function* classesIn(
  source: SourceFolder,
  folder: string,
  split: Offered['split'],
): AsyncGenerator<Offered> {
  const prefix = folder === '.' ? '' : `${folder}/`
  for await (const file of source.below(folder)) {
    if (!isPictureName(file)) continue
    const [first = '', ...rest] = file.slice(prefix.length).split('/')
    yield { ...nothingSaid, file, split, labels: rest.length === 0 ? [] : [first] }
  }
}
