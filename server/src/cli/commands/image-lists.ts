import type { Overview } from '@gleaner/shared/api'
import type { GalleryImage, GalleryPage } from '@gleaner/shared/gallery'
import { filterToQuery, type GalleryQuery } from '@gleaner/shared/gallery-query'
import { type Command, InvalidArgumentError } from 'commander'
import type { Connection } from '../connection.ts'
import { contextOf, withServer } from '../context.ts'
import { printable } from '../duplicates/words.ts'
import { addFilterFlags, addSortFlag, filterOf } from '../gallery-filter.ts'
import { table } from '../output.ts'
import { findDataset } from './datasets.ts'

const usualLimit = 100
const perPage = 500
/** Of a title, in a table. */
const titleChars = 80

/** `images list` and `images count`: the pictures of a dataset by any filter, as the gallery shows them. */
export function addImageListCommands(images: Command): void {
  const list = images
    .command('list <dataset>')
    .description('list pictures, newest first')
    .option('--limit <pictures>', 'how many to list at most', toLimit, usualLimit)
  addSortFlag(addFilterFlags(list)).action(
    (nameOrId: string, options: { readonly limit: number }, command: Command) => {
      const { output, ...context } = contextOf(command)
      return withServer({ output, ...context }, async server => {
        const { path, query } = await asked(server, nameOrId, options)
        const { images: found, total } = await pages(server, path, query, options.limit)
        output.result({ total, images: found }, () => [
          ...(found.length === 0 ? [] : listing(found)),
          found.length === total ? `${total} pictures.` : `${found.length} of ${total} pictures.`,
        ])
      })
    },
  )

  const count = images.command('count <dataset>').description('count pictures')
  addFilterFlags(count).action((nameOrId: string, options: object, command: Command) => {
    const { output, ...context } = contextOf(command)
    return withServer({ output, ...context }, async server => {
      const { path, query } = await asked(server, nameOrId, options)
      const { total } = await pages(server, path, query, 1)
      output.result({ total }, () => [`${total}`])
    })
  })
}

async function asked(server: Connection, nameOrId: string, options: object) {
  const { datasets } = await server.get<Overview>('/api/overview')
  const { id, classes } = findDataset(datasets, nameOrId)
  return { path: `/api/datasets/${id}/gallery`, query: filterOf({ ...options }, classes) }
}

async function pages(server: Connection, path: string, { filter, order }: GalleryQuery, limit: number) {
  const images: GalleryImage[] = []
  let cursor: string | null = null
  let total = 0
  do {
    const query = filterToQuery(filter, order)
    query.set('limit', String(Math.min(perPage, limit - images.length)))
    if (cursor !== null) query.set('cursor', cursor)
    const page: GalleryPage = await server.get(`${path}?${query}`)
    images.push(...page.images)
    total = page.total
    cursor = page.cursor
  } while (cursor !== null && images.length < limit)
  return { images, total }
}

const listing = (images: readonly GalleryImage[]) =>
  table(
    ['picture', 'class', 'mark', 'size', 'host', 'title'],
    images.map(({ id, classLabel, mark, originalWidth, originalHeight, host, title }) => [
      id,
      classLabel,
      mark === 'none' ? '' : mark,
      `${originalWidth} × ${originalHeight}`,
      host ?? '',
      printable((title ?? '').slice(0, titleChars)),
    ]),
  )

function toLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidArgumentError('A whole number from 1.')
  return limit
}
