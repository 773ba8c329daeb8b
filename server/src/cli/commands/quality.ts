import type { Overview } from '@gleaner/shared/api'
import type { GalleryImage, GalleryPage } from '@gleaner/shared/gallery'
import { filterToQuery } from '@gleaner/shared/gallery-query'
import {
  isQualityProblem,
  problemFilter,
  problemRules,
  type QualityOverview,
  type QualityProblem,
  qualityProblems,
  worstFirst,
} from '@gleaner/shared/quality-problems'
import { type Command, InvalidArgumentError } from 'commander'
import { type Context, contextOf, withServer } from '../context.ts'
import { count, printable } from '../duplicates/words.ts'
import { table } from '../output.ts'
import { findDataset } from './datasets.ts'

interface Options {
  readonly problem?: QualityProblem
  readonly at?: number
  readonly keep?: true
  readonly usual?: true
  readonly limit: number
}

const usualLimit = 20
const mostListed = 500

/** `quality`: what may be wrong with pictures, how many that takes, and which they are, worst first. */
export function addQualityCommand(program: Command): void {
  program
    .command('quality <dataset>')
    .description(
      'count blurry, dark, empty … pictures of a dataset, or list those with one problem, worst first',
    )
    .option('--problem <name>', `list the pictures with this one: ${qualityProblems.join(', ')}`, toProblem)
    .option('--at <threshold>', 'another threshold than the one of the dataset', toNumber)
    .option('--keep', 'make the threshold of --at that of the dataset')
    .option('--usual', 'bring the usual threshold of --problem back')
    .option('--limit <pictures>', `how many to list (at most ${mostListed})`, toLimit, usualLimit)
    .action(async (nameOrId: string, options: Options, command: Command) => {
      const context = contextOf(command)
      await withServer(context, async server => {
        const { datasets } = await server.get<Overview>('/api/overview')
        const path = `/api/datasets/${findDataset(datasets, nameOrId).id}`
        const change = changeOf(options)
        const overview = change
          ? await server.patch<QualityOverview>(`${path}/quality/thresholds`, { thresholds: change })
          : await server.get<QualityOverview>(`${path}/quality`)
        const { problem, limit } = options
        if (problem === undefined) {
          context.output.result(overview, () => overviewLines(overview))
          return
        }
        const threshold = thresholdOf(overview, problem, options)
        const query = filterToQuery(problemFilter(problem, threshold), worstFirst(problem))
        query.set('limit', `${limit}`)
        const page = await server.get<GalleryPage>(`${path}/gallery?${query}`)
        report(context, problem, threshold, page)
      })
    })
}

/** @throws InvalidArgumentError when it does not say of which problem */
function changeOf({ problem, at, keep, usual }: Options) {
  if (!keep && !usual) return undefined
  if (problem === undefined) throw new InvalidArgumentError('--keep and --usual go with --problem.')
  if (usual) return { [problem]: null }
  if (at === undefined) throw new InvalidArgumentError('--keep goes with --at.')
  return { [problem]: at }
}

function thresholdOf({ problems }: QualityOverview, problem: QualityProblem, { at, usual }: Options): number {
  if (at !== undefined && !usual) return at
  return problems.find(each => each.problem === problem)?.threshold ?? problemRules[problem].usual
}

function overviewLines({ problems, images, measured }: QualityOverview): string[] {
  const rows = problems.map(({ problem, count: taken, measure, takes, threshold, usual }) => [
    taken,
    problem,
    `${measure} ${takes === 'below' ? '≤' : '≥'} ${threshold}`,
    threshold === usual ? '' : `usually ${usual}`,
  ])
  const waiting = images - measured
  return [
    ...table(['pictures', 'problem', 'from', ''], rows),
    ...(waiting === 0 ? [] : [`${count(waiting, 'picture')} of ${images} not measured yet.`]),
  ]
}

function report({ output }: Context, problem: QualityProblem, threshold: number, page: GalleryPage): void {
  const { measure } = problemRules[problem]
  const rows = page.images.map(image => [
    image.id,
    measureOf(image, measure),
    printable(image.classLabel),
    printable(image.title ?? ''),
  ])
  output.result({ problem, threshold, total: page.total, images: page.images }, () => [
    `${count(page.total, 'picture')}; threshold ${threshold}`,
    ...(rows.length === 0 ? [] : table(['picture', measure, 'class', 'title'], rows)),
  ])
}

function measureOf(image: GalleryImage, measure: (typeof problemRules)[QualityProblem]['measure']): number {
  const { originalWidth: width, originalHeight: height, scores } = image
  if (measure === 'side') return Math.min(width, height)
  if (measure === 'aspect') return Math.round((100 * width) / height) / 100
  return scores?.[measure] ?? 0
}

function toProblem(text: string): QualityProblem {
  if (!isQualityProblem(text)) throw new InvalidArgumentError(`There are ${qualityProblems.join(', ')}.`)
  return text
}

function toNumber(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It has to be a number.')
  return number
}

function toLimit(text: string): number {
  const limit = toNumber(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > mostListed) {
    throw new InvalidArgumentError(`It has to be a whole number from 1 to ${mostListed}.`)
  }
  return limit
}
