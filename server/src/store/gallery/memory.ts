/** Pictures of a dataset as the gallery's questions need them: columns, names, and words. */
import { gallerySplits, imagePlaces, licenseFamilies, reviewMarks } from '@gleaner/shared/gallery'
import { qualityMeasures } from '@gleaner/shared/quality'
import { createColumns, unscored } from './columns.ts'
import { createDictionary } from './dictionary.ts'
import type { OriginFacts, PictureFacts, SplitFacts } from './row-source.ts'
import { createSeveralNames } from './several-names.ts'
import { createTexts } from './texts.ts'
import { titleKeys } from './title-keys.ts'
import { searchable } from './words.ts'

/** What the columns `place` and `origin` hold are indices of these. */
export const places = [null, ...imagePlaces] as const
export const origins = ['original', 'upgraded', 'thumbnail'] as const
const thumbnail = origins.indexOf('thumbnail')

/** The number of a picture whose own facts may have changed, the names of classes, or what is in which split. */
export type MemoryChange = number | 'classes' | 'splits'

export interface GalleryClass {
  readonly id: number
  readonly label: string
}

export function createMemory() {
  const columns = createColumns()
  const hosts = createDictionary()
  const engines = createSeveralNames(() => [columns.of().engine, columns.of().otherEngine])
  const queries = createSeveralNames(() => [columns.of().query, columns.of().otherQuery])
  const texts = createTexts()
  let classes = new Map<number, string>()
  const isUpgraded = new Set<number>()
  const greatest = { classId: 0, sidePx: 0 }
  const listeners: ((change: MemoryChange) => void)[] = []
  const changed = (change: MemoryChange) => {
    for (const listener of listeners) listener(change)
  }

  return {
    columns,
    hosts,
    engines,
    queries,
    texts,
    /** The greatest numbers that columns ever had. */
    greatest: (): Readonly<typeof greatest> => greatest,
    labelOf: (classId: number) => classes.get(classId) ?? '',
    classes: () => classes,
    hostOf: (seq: number) => hosts.name(columns.of().host[seq] ?? 0) || null,
    /** What first led to it; `null` where nothing is known of that. */
    engineOf: engines.firstOf,
    /** Calls back with whatever may have changed. */
    onChange: (listener: (change: MemoryChange) => void) => void listeners.push(listener),
    setClasses: (all: readonly GalleryClass[]) => {
      classes = new Map(all.map(({ id, label }) => [id, label]))
      changed('classes')
    },
    putPicture: (facts: PictureFacts) => {
      const { seq } = facts
      columns.include(seq)
      const to = columns.of()
      to.place[seq] = places.indexOf(facts.place)
      to.classId[seq] = facts.classId
      greatest.classId = Math.max(greatest.classId, facts.classId)
      to.mark[seq] = reviewMarks.indexOf(facts.mark)
      to.isGrouped[seq] = facts.isGrouped ? 1 : 0
      to.sidePx[seq] = Math.min(facts.originalWidthPx, facts.originalHeightPx)
      greatest.sidePx = Math.max(greatest.sidePx, to.sidePx[seq] ?? 0)
      to.aspect[seq] = facts.originalWidthPx / facts.originalHeightPx
      to.bytes[seq] = facts.originalBytes
      to.fileBytes[seq] = facts.fileBytes
      to.keptBytes[seq] = facts.keptBytes
      to.storedAtMs[seq] = facts.storedAtMs
      to.aspectByte[seq] = aspectByte(facts.widthPx, facts.heightPx)
      if (facts.isThumbnail) to.origin[seq] = thumbnail
      else to.origin[seq] = isUpgraded.has(seq) ? 1 : 0
      for (const [index, measure] of qualityMeasures.entries()) {
        const column = to.scores[index]
        if (column) column[seq] = facts.scores?.[measure] ?? unscored
      }
      const title = facts.place === null ? '' : searchable(facts.title)
      for (const [part, key] of titleKeys(title).entries()) {
        const column = to.title[part]
        if (column) column[seq] = key
      }
      texts.put(seq, 'title', title)
      changed(seq)
    },
    putOrigin: (facts: OriginFacts) => {
      const { seq } = facts
      columns.include(seq)
      const to = columns.of()
      if (facts.isUpgraded) isUpgraded.add(seq)
      else isUpgraded.delete(seq)
      if (to.origin[seq] !== thumbnail) to.origin[seq] = facts.isUpgraded ? 1 : 0
      to.host[seq] = hosts.add(facts.host ?? '')
      to.license[seq] = licenseFamilies.indexOf(facts.license)
      engines.put(seq, facts.engines)
      queries.put(seq, facts.queries)
      texts.put(seq, 'addresses', facts.addresses)
      changed(seq)
    },
    /** Whatever else is known of a picture, and whenever that is read. */
    putSplits: (facts: readonly SplitFacts[]) => {
      let isAnyOther = false
      for (const { seq, split } of facts) {
        columns.include(seq)
        const column = columns.of().split
        const index = gallerySplits.indexOf(split)
        isAnyOther ||= column[seq] !== index
        column[seq] = index
      }
      if (isAnyOther) changed('splits')
    },
    /** Takes every picture out of its split. */
    clearSplits: () => {
      columns.of().split.fill(0)
      changed('splits')
    },
    /** Whether the picture is held or in the trash, as far as was read. */
    has: (seq: number) => (columns.of().place[seq] ?? 0) !== 0,
    /** Takes a picture out that is not there any more. */
    drop: (seq: number) => {
      columns.include(seq)
      columns.of().place[seq] = 0
      texts.put(seq, 'title', '')
      texts.put(seq, 'addresses', '')
      changed(seq)
    },
  }
}
export type GalleryMemory = ReturnType<typeof createMemory>

/** @returns round(128 + 32 × log2(width / height)), kept within 0 and 255 */
export function aspectByte(width: number, height: number): number {
  return Math.max(0, Math.min(255, Math.round(128 + 32 * Math.log2(width / height))))
}
