import { readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '@gleaner/shared/errors'
import type { ExportSummary } from '@gleaner/shared/exports'
import type { ImportRequest, ImportStarted, ImportSummary } from '@gleaner/shared/imports'
import type { Recipe, RecipeApplied, RecipeText } from '@gleaner/shared/recipe'
import { defaultSplitPlan, type SplitDiff } from '@gleaner/shared/splits'
import type { VersionSummary } from '@gleaner/shared/versions'
import type { Command } from 'commander'
import { checkRecipe, readRecipe } from '../../imports/recipe.ts'
import type { Connection } from '../connection.ts'
import { type Context, contextOf, withServer } from '../context.ts'
import { printable } from '../duplicates/words.ts'
import { atDataset } from './acts.ts'

/** `recipe write`, `check`, `apply`: how a dataset came to be, as a file that makes it anew. */
export function addRecipeCommands(program: Command): void {
  const recipe = program
    .command('recipe')
    .description('how a dataset came to be, as a file that makes it anew')
  recipe
    .command('write <dataset> [file]')
    .description('write the recipe of a dataset; to standard output without a file')
    .action((nameOrId: string, file: string | undefined, _options, command: Command) =>
      atDataset(contextOf(command), nameOrId, async (server, path, { output }) => {
        const written = await server.get<RecipeText>(`${path}/recipe`)
        if (file !== undefined) await writeFile(file, written.recipe)
        output.result(written, () => [file === undefined ? written.recipe.trimEnd() : `Wrote ${file}.`])
      }),
    )
  recipe
    .command('check <file>')
    .description('look through a recipe; changes nothing')
    .action(async (file: string, _options, command: Command) => {
      const { output } = contextOf(command)
      const checked = checkRecipe(await textOf(file))
      output.result(checked, () =>
        checked.recipe ? ['The recipe is sound.'] : checked.problems.map(({ at, say }) => `${at}: ${say}`),
      )
      if (!checked.recipe) process.exitCode = 1
    })
  recipe
    .command('apply <file>')
    .description(
      'make the dataset, its classes and filters, bring in its imports, split it and write its exports',
    )
    .action(async (file: string, _options, command: Command) => {
      const context = contextOf(command)
      const text = await textOf(file)
      readRecipe(text)
      await withServer(context, server => apply(server, text, dirname(resolve(file)), context))
    })
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(cause => {
    throw new AppError(
      'CONFIG_INVALID',
      { setting: 'file', given: file, expected: 'a file that can be read' },
      { cause },
    )
  })
}

async function apply(server: Connection, text: string, folder: string, { output }: Context): Promise<void> {
  const { datasetId, recipe } = await server.post<RecipeApplied>('/api/recipes', { recipe: text })
  const path = `/api/datasets/${datasetId}`
  output.note(`${printable(recipe.dataset)}: dataset, classes and filters are there.`)
  for (const one of recipe.imports ?? []) {
    const request = { ...one, path: resolve(folder, one.path), dataset: recipe.dataset } as ImportRequest
    const done = await bring(server, path, request)
    output.note(`${printable(one.path)}: ${done.state}, ${done.accepted} new, ${done.known} known`)
    if (done.state === 'failed') throw new AppError('RECIPE_INVALID', { import: one.path, code: done.code })
  }
  const searches = recipe.searches ?? []
  if (recipe.splits) await split(server, path, recipe)
  const written = await writeExports(server, path, recipe)
  output.result({ datasetId, searches, exports: written }, () => [
    ...written.map(one => `${one.name}: ${one.state}`),
    ...(searches.length > 0 ? ['Searches to make in your own browser:'] : []),
    ...searches.map(one => `  ${printable(one.class)}: ${one.engine} "${printable(one.query)}"`),
  ])
}

const pollMs = 500

async function bring(server: Connection, path: string, request: ImportRequest): Promise<ImportSummary> {
  const { import: begun } = await server.post<ImportStarted>('/api/imports', request)
  for (;;) {
    const now = await server.get<ImportSummary>(`${path}/imports/${begun.id}`)
    const isIdle = now.counts.queued + now.counts.leased === 0
    if (now.state === 'failed' || now.state === 'cancelled' || (now.state === 'done' && isIdle)) return now
    await pause(pollMs)
  }
}

async function split(server: Connection, path: string, { splits, seed }: Recipe): Promise<void> {
  const plan = { ...splits, seed: seed ?? defaultSplitPlan.seed }
  await server.post<SplitDiff>(`${path}/splits`, { plan })
}

async function writeExports(
  server: Connection,
  path: string,
  { exports = [], dataset }: Recipe,
): Promise<readonly ExportSummary[]> {
  if (exports.length === 0) return []
  const name = `${dataset.slice(0, 40)} ${new Date().toISOString().slice(0, 19)}`
  const { id: versionId } = await server.post<VersionSummary>(`${path}/versions`, { name })
  const written: ExportSummary[] = []
  for (const one of exports) {
    const begun = await server.post<ExportSummary>(`${path}/exports`, { ...one, versionId })
    written.push(await ended(server, path, begun.id))
  }
  return written
}

async function ended(server: Connection, path: string, id: number): Promise<ExportSummary> {
  for (;;) {
    const { exports } = await server.get<{ exports: readonly ExportSummary[] }>(`${path}/exports`)
    const found = exports.find(one => one.id === id)
    if (!found) throw new AppError('PROTOCOL_NOT_FOUND', { export: id })
    if (['done', 'failed', 'cancelled'].includes(found.state)) return found
    await pause(pollMs)
  }
}
