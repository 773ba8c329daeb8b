/** What the pictures of a dataset are, in figures. */
import { type GalleryFacet, type Histogram, reviewMarks } from '@gleaner/shared/gallery'
import { facetOf, histogramOf } from './facets.ts'
import type { Lists } from './lists.ts'
import type { GalleryMemory } from './memory.ts'
import type { PictureStats } from './questions.ts'

/** Values of a facet that are named. */
const mostNamed = 8
const steps = 32
/** Binary logarithms of sides, in pixels: 32 to 8192. What lies beyond counts at the ends. */
const [leastSide, mostSide] = [5, 13]

export function statsOf(memory: GalleryMemory, lists: Lists): PictureStats {
  const columns = memory.columns.of()
  const held = lists.take({})
  const trash = lists.take({ place: 'trash' })
  const facet = (name: GalleryFacet) => facetOf(memory, name, held, mostNamed)
  return {
    images: held.total,
    trash: trash.total,
    classes: classesOf(memory, held.mask),
    origins: facet('origin'),
    engines: facet('engine'),
    hosts: facet('host'),
    licenses: facet('license'),
    sides: sidesOf(columns.sidePx, held.mask),
    aspects: histogramOf(memory, 'aspect', held.mask, steps),
    disk: {
      imagesBytes: sumOf(columns.fileBytes, held.mask),
      originalsBytes: sumOf(columns.keptBytes, held.mask),
      trashBytes: sumOf(columns.fileBytes, trash.mask) + sumOf(columns.keptBytes, trash.mask),
    },
  }
}

function classesOf(memory: GalleryMemory, mask: Uint8Array): PictureStats['classes'] {
  const { classId: classes, mark: marks } = memory.columns.of()
  const byMark = new Map<number, number[]>()
  for (let seq = 0; seq < mask.length; seq++) {
    if (mask[seq] === 0) continue
    const classId = classes[seq] ?? 0
    const counts = byMark.get(classId) ?? reviewMarks.map(() => 0)
    const mark = marks[seq] ?? 0
    counts[mark] = (counts[mark] ?? 0) + 1
    byMark.set(classId, counts)
  }
  return [...byMark].map(([classId, counts]) => ({
    classId,
    images: counts.reduce((sum, count) => sum + count, 0),
    unreviewed: counts[reviewMarks.indexOf('none')] ?? 0,
    unsure: counts[reviewMarks.indexOf('unsure')] ?? 0,
  }))
}

function sidesOf(sides: Uint32Array, mask: Uint8Array): Histogram {
  const counts = new Array<number>(steps).fill(0)
  for (let seq = 0; seq < mask.length; seq++) {
    if (mask[seq] === 0) continue
    const share = (Math.log2(sides[seq] ?? 1) - leastSide) / (mostSide - leastSide)
    const step = Math.max(0, Math.min(steps - 1, Math.floor(share * steps)))
    counts[step] = (counts[step] ?? 0) + 1
  }
  return { min: leastSide, max: mostSide, counts }
}

function sumOf(column: Uint32Array, mask: Uint8Array): number {
  let sum = 0
  for (let seq = 0; seq < mask.length; seq++) if (mask[seq] === 1) sum += column[seq] ?? 0
  return sum
}
