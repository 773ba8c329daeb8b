/** Everything the overview of a dataset shows, put together. */
import type { ClassSummary } from '@gleaner/shared/dataset'
import type { ClassStats, DatasetStats, Imbalance } from '@gleaner/shared/stats'
import type { Dataset } from './services.ts'

const underWay: ReadonlySet<string> = new Set(['running', 'undoing', 'redoing'])
/** Acts looked through for those that have not come to their end: they are the latest. */
const latestActs = 100
/** Classes further apart than this are called imbalanced. */
const worthNaming = 3

export async function datasetStats(dataset: Dataset): Promise<DatasetStats> {
  const [pictures, ownDisk] = await Promise.all([dataset.gallery.stats(), dataset.diskUse()])
  const { classes: counted, disk, ...rest } = pictures
  const byId = new Map(counted.map(one => [one.classId, one]))
  const classes = dataset.summary().classes.map(one => classStats(one, byId.get(one.id)))
  const running = dataset.acts
    .page({ limit: latestActs })
    .acts.filter(({ state }) => underWay.has(state))
    .reverse()
  return { ...rest, classes, imbalance: imbalanceOf(classes), disk: { ...disk, ...ownDisk }, running }
}

type Counted = Pick<ClassStats, 'images' | 'unreviewed' | 'unsure'>

function classStats({ id, label, goal }: ClassSummary, counted?: Counted): ClassStats {
  const { images = 0, unreviewed = 0, unsure = 0 } = counted ?? {}
  const missing = Math.max(0, (goal ?? 0) - images)
  return { classId: id, label, images, unreviewed, unsure, goal, missing }
}

/** @returns `null` where fewer than two classes have pictures, or none is worth naming */
export function imbalanceOf(classes: readonly ClassStats[]): Imbalance | null {
  const filled = classes.filter(({ images }) => images > 0).sort((a, b) => b.images - a.images)
  const [largest, smallest] = [filled.at(0), filled.at(-1)]
  if (!largest || !smallest || largest.images < worthNaming * smallest.images) return null
  return {
    largestClassId: largest.classId,
    smallestClassId: smallest.classId,
    ratio: largest.images / smallest.images,
  }
}
