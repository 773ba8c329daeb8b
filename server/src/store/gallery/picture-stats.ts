/** What the pictures of a dataset are, in figures. */
import { type GalleryFacet, reviewMarks } from '@gleaner/shared/gallery'
import { facetOf, tally } from './facets.ts'
import type { Histograms } from './histograms.ts'
import type { GalleryMemory } from './memory.ts'
import type { PictureStats } from './questions.ts'
import type { Take, Taken } from './taken.ts'

/** Values of a facet that are named. */
const mostNamed = 8
const steps = 32
/** Binary logarithms of sides, in pixels: 32 to 8192. What lies beyond counts at the ends. */
const sides = [5, 13] as const

export function statsOf(memory: GalleryMemory, take: Take, histograms: Histograms): PictureStats {
  const { of } = memory.columns
  const held = take({})
  const trash = take({ place: 'trash' })
  const facet = (name: GalleryFacet) => facetOf(memory, name, held, mostNamed)
  return {
    images: held.total,
    trash: trash.total,
    classes: classesOf(memory, take),
    origins: facet('origin'),
    engines: facet('engine'),
    hosts: facet('host'),
    licenses: facet('license'),
    sides: histograms.sides(held, sides, steps),
    aspects: histograms.of('aspect', held, steps),
    disk: {
      imagesBytes: sumOf(memory, of().fileBytes, held),
      originalsBytes: sumOf(memory, of().keptBytes, held),
      trashBytes: sumOf(memory, of().fileBytes, trash) + sumOf(memory, of().keptBytes, trash),
    },
  }
}

function classesOf(memory: GalleryMemory, take: Take): PictureStats['classes'] {
  const { of } = memory.columns
  const byMark = reviewMarks.map(mark =>
    tally(memory, take({ marks: [mark] }), () => [of().classId], memory.greatest().classId).slice(),
  )
  const count = (mark: number, classId: number) => byMark[mark]?.[classId] ?? 0
  const [unreviewed, unsure] = [reviewMarks.indexOf('none'), reviewMarks.indexOf('unsure')]
  return Array.from({ length: memory.greatest().classId + 1 }, (_, classId) => ({
    classId,
    images: reviewMarks.reduce((sum, _, mark) => sum + count(mark, classId), 0),
    unreviewed: count(unreviewed, classId),
    unsure: count(unsure, classId),
  })).filter(({ images }) => images > 0)
}

function sumOf({ columns }: GalleryMemory, column: Uint32Array, { mask }: Taken): number {
  if (mask.length === 0) return 0
  return columns.sieve.sum(mask.byteOffset, column.byteOffset, 32 * mask.length)
}
