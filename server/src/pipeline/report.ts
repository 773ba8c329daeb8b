/** Puts together what a person may want to know of the ingest: all of it at a glance, and host by host. */
import type { Activity, HostActivity } from '@gleaner/shared/activity'
import type { Bandwidth } from '../net/bandwidth.ts'
import type { Pace } from '../net/pace.ts'
import type { Controls } from '../store/controls.ts'
import type { Rate } from './activity.ts'
import { describeActivity } from './activity.ts'
import type { Disk } from './disk.ts'
import type { Drain } from './drain.ts'
import { hostsOf } from './hosts.ts'
import type { Rota } from './rota.ts'

export interface ReportParts {
  readonly drain: Pick<Drain, 'inHand' | 'inHandByHost' | 'isStopping'>
  readonly rota: Pick<Rota, 'queuedByHost'>
  readonly pace: Pick<Pace, 'about' | 'isNetworkDown'>
  readonly bandwidth: Pick<Bandwidth, 'bytesPerSecond' | 'isHoldingBack'>
  readonly disk: Pick<Disk, 'hindrance'>
  readonly controls: Pick<Controls, 'isPaused' | 'settings'>
  readonly rate: Pick<Rate, 'perSecond'>
  /** Candidates queued in all datasets. */
  readonly queued: () => number
  /** Those among them that wait for the person's own browser. */
  readonly waitingForBrowser: () => number
  readonly isLogTooLong: () => boolean
  /** The clock of the rota, in milliseconds. */
  readonly now: () => number
}

export interface Report {
  readonly activity: () => Activity
  readonly hosts: () => readonly HostActivity[]
}

export function createReport(parts: ReportParts): Report {
  const { drain, rota, pace, bandwidth, disk, controls } = parts
  const hosts = () =>
    hostsOf({
      queued: rota.queuedByHost(),
      inHand: drain.inHandByHost(),
      manners: pace.about,
      nowMs: parts.now(),
    })
  const activity = () =>
    describeActivity({
      isStopping: drain.isStopping(),
      isPaused: controls.isPaused(),
      hindrance: disk.hindrance(),
      isNetworkDown: pace.isNetworkDown(),
      isHeldBack: bandwidth.isHoldingBack(),
      inHand: drain.inHand(),
      queued: parts.queued(),
      // Asked for only where it could be the reason: nothing is under way.
      waitingForBrowser: drain.inHand() === 0 ? parts.waitingForBrowser() : 0,
      perSecond: parts.rate.perSecond(),
      bytesPerSecond: bandwidth.bytesPerSecond(),
      maxBytesPerSecond: controls.settings().maxBytesPerSecond,
      isLogTooLong: parts.isLogTooLong(),
      hosts: hosts(),
    })
  return { activity, hosts }
}
