/** What the rest of the server sees of one dataset. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { DatasetSummary } from '@gleaner/shared/dataset'
import { AppError, isAppError } from '@gleaner/shared/errors'
import type { Acts } from './acts/acts.ts'
import { openActs } from './acts/open.ts'
import { createAddressStore } from './addresses.ts'
import { createCandidateList } from './candidate-list.ts'
import { dashboard } from './decision-log.ts'
import { createDelivery } from './delivery.ts'
import { createDuplicates } from './duplicates.ts'
import { createExportLog } from './exports/export-log.ts'
import { createFiling } from './filing.ts'
import { createDiskUse } from './gallery/disk-use.ts'
import { createGallery } from './gallery/gallery.ts'
import { createThumbnailFiles } from './gallery/thumbnail-files.ts'
import { createSavedViews } from './gallery/views.ts'
import { closedError } from './group-commit.ts'
import { createImageList } from './image-list.ts'
import { createImportStore } from './imports.ts'
import { createLookFile } from './look-file.ts'
import { type DatasetOptions, type DatasetParts, databaseName, openParts } from './parts.ts'
import { createQueue } from './queue.ts'
import { createRecord } from './record.ts'
import { type RecoveryReport, recover } from './recovery.ts'
import { createRemover, type Remover } from './removal.ts'
import { cleanDatasetName } from './settings.ts'
import { createStandIns } from './stand-ins.ts'
import { storeError } from './store-error.ts'
import { inTransaction } from './transaction.ts'
import type { DatasetStore } from './types.ts'
import { createUpgrade } from './upgrade.ts'
import { openVersions } from './versions/open.ts'

/** A dataset in the hands of those who start and mend it. */
export interface OpenDataset extends DatasetStore {
  /** Ends or undoes what the last process left half done. To be awaited before the first lease. */
  readonly recover: () => Promise<RecoveryReport>
  /** Forgets a picture whose files are lost and tries anew what led to it. @returns candidates put into the queue */
  readonly requeueImage: Remover['requeueImage']
  /** Gives up an original that is lost or damaged; the picture stays. @returns whether there was one */
  readonly forgetOriginal: (imageId: string) => boolean
  /** Counts everything anew. */
  readonly recount: () => void
}

/**
 * Opens a dataset, making its index when there is none. Only one process may hold it (see {@link openHome}).
 *
 * @throws AppError `STORE_NEWER`, `STORE_DAMAGED`, `STORE_IO`, `STORE_UNSAFE_PATH`
 */
export function openDataset(options: DatasetOptions): OpenDataset {
  const parts = openParts(options)
  const { id, folder, db, settings, batches, classes, actions, images, kept } = parts
  const remover = createRemover(parts)
  const filing = createFiling(parts)
  const lists = createCandidateList(db)
  const { gallery, close: closeGallery } = createGallery({
    path: join(folder, databaseName),
    epoch: settings.epoch,
  })
  const thumbnails = createThumbnailFiles(db, folder)
  const { looks, looksAfter } = images
  const { duplicates, decisions } = createDuplicates(parts, {
    tidy: remover.tidy,
    requeueImage: remover.requeueImage,
  })
  const { requeueImage, tidy } = remover
  const own = openVersions(parts)
  const { versions, splits, boxes } = own
  const acts = openActs(parts, {
    ...{ requeueImage, tidy, seqsOf: gallery.seqsOf },
    decisions: own.among(decisions),
  })
  return {
    id,
    folder,
    name: settings.name,
    settings: settings.settings,
    update: patch =>
      inTransaction(db, () => {
        if (patch.name !== undefined) rename(parts, patch.name, options.isNameTaken)
        if (patch.settings !== undefined) settings.change(patch.settings)
      }),
    accept: (clientId, batch, rules, fate) => {
      const receipt = inTransaction(db, () => {
        const taken = batches.accept(clientId, batch, rules)
        if (fate === 'undone') parts.undone.undo(clientId, [batch.batchId])
        parts.failpoint('accept:before-commit')
        return taken
      })
      parts.failpoint('accept:after-commit')
      return receipt
    },
    undo: (clientId, batchIds) => {
      const answer = inTransaction(db, () => {
        const taken = parts.undone.undo(clientId, batchIds)
        parts.failpoint('undo:before-commit')
        return taken
      })
      parts.failpoint('undo:marked')
      return answer
    },
    tidy: async signal => {
      if (thumbnails.isStale()) await thumbnails.tidy()
      return remover.tidy(signal)
    },
    isUntidy: () => remover.isUntidy() || thumbnails.isStale(),
    hasBatch: batches.has,
    searches: batches.searches,
    ensureClass: label => inTransaction(db, () => classes.ensure(label)),
    setGoal: (classId, goal) => inTransaction(db, () => classes.setGoal(classId, goal)),
    ...createQueue(parts),
    recordImage: createRecord(parts, filing),
    upgradeImage: createUpgrade(parts, filing),
    keptOriginal: kept.find,
    ...createDelivery(parts),
    isBroughtFile: parts.browser.isFile,
    imports: createImportStore(parts),
    pictureState: imageId => {
      const state = images.byId(imageId)?.state
      return state === undefined || state === 'stored' ? state : 'removed'
    },
    pictureBySeq: seq => {
      const known = images.bySeq(seq)
      return known && { imageId: known.id, state: known.state === 'stored' ? 'stored' : 'removed' }
    },
    heldPicture: imageId => {
      const held = images.byId(imageId)
      return held?.state === 'stored' ? { seq: held.seq, classId: held.classId } : undefined
    },
    pictureByDigest: digest => {
      const known = images.byCopy(digest)
      return known && { imageId: known.id, state: known.state === 'stored' ? 'stored' : 'removed' }
    },
    removedByDigest: digest => {
      const known = images.byCopy(digest)
      return known && known.state !== 'stored' ? known.id : undefined
    },
    imageByDigest: digest => {
      const known = images.byCopy(digest)
      return known?.state === 'stored' ? known.id : undefined
    },
    imageByPixels: digest => {
      const known = images.byPixels(digest)
      if (!known) return undefined
      const { id: imageId, seq, classId } = known
      return { imageId, seq, classId, state: known.state === 'stored' ? 'stored' : 'removed' }
    },
    sameAddress: createAddressStore(db).same,
    duplicates,
    looks,
    looksAfter,
    lookFile: createLookFile(parts),
    acts,
    exportLog: createExportLog(db, parts.now),
    versions,
    splits,
    boxes,
    removeImage: (imageId, by) => removeImage(parts, acts, imageId, by),
    retry: (query, rules) => inTransaction(db, () => actions.retry(query, rules)),
    standIns: createStandIns(parts, remover),
    quality: {
      ...images.quality,
      complete: (...given) => inTransaction(db, () => images.quality.complete(...given)),
      setThresholds: changed => inTransaction(db, () => images.quality.setThresholds(changed)),
    },
    cancelQueued: classId => inTransaction(db, () => actions.cancelQueued(classId)),
    summary: () => summarise(parts, duplicates.counts),
    classes: classes.summaries,
    counts: classes.counts,
    reasons: classes.reasons,
    candidates: lists.list,
    lookup: lists.lookup,
    progress: batches.progress,
    ...createImageList(db, folder, parts.attempts),
    gallery,
    diskUse: createDiskUse(folder),
    views: createSavedViews(db),
    thumbnail: thumbnails.thumbnail,
    isLogTooLong: parts.log.isTooLong,
    recover: async () => {
      const report = await recover(parts, remover)
      return { ...report, orphans: report.orphans + (await own.recover()) }
    },
    requeueImage: remover.requeueImage,
    forgetOriginal: imageId =>
      inTransaction(db, () => {
        const held = images.byId(imageId)
        if (held?.state === 'deleting') {
          // In the trash: it cannot be put back without its files.
          parts.asides.endOf(held.seq)
          return true
        }
        if (held?.state !== 'stored' || held.isOriginalKept === 0) return kept.dropOf(imageId)
        images.forgetOriginal(held)
        return true
      }),
    recount: () => inTransaction(db, classes.recount),
    close: () => {
      closeGallery()
      own.close()
      close(parts)
    },
  }
}

async function removeImage({ images }: DatasetParts, acts: Acts, imageId: string, by = dashboard) {
  if (images.byId(imageId)?.state !== 'stored') throw new AppError('PROTOCOL_NOT_FOUND', { imageId })
  const key = randomUUID().replaceAll('-', '')
  await acts.ask({ key, act: { kind: 'trash', of: { imageIds: [imageId] } } }, by)
}

function rename({ settings }: DatasetParts, name: string, isTaken?: (name: string) => boolean) {
  const clean = cleanDatasetName(name)
  if (clean === settings.name()) return
  if (isTaken?.(clean)) throw new AppError('DATASET_EXISTS', { name: clean })
  settings.rename(clean)
}

function summarise(
  { id, folder, settings, classes }: DatasetParts,
  countReview: () => DatasetSummary['review'],
): DatasetSummary {
  const all = classes.summaries()
  return {
    id,
    folder,
    name: settings.name(),
    createdAtMs: settings.createdAtMs(),
    review: countReview(),
    images: all.reduce((sum, { images }) => sum + images, 0),
    counts: classes.counts(),
    classes: all,
  }
}

function close({ db, group, log, logSync }: DatasetParts) {
  group.halt(closedError())
  log.stop()
  logSync.close()
  if (!db.open) return
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    // Without room the log stays as it is, for the next start to fold in: nothing in it is lost.
    const reason = storeError(error)
    if (!isAppError(reason) || reason.code !== 'STORE_DISK_FULL') throw reason
  } finally {
    db.close()
  }
}
