/** Puts together what a person may want to know of the ingest: all of it at a glance, and host by host. */
import type { Activity, HostActivity } from '@gleaner/shared/activity'
import type { HostPace, Pace } from '../net/pace.ts'
import type { Controls } from '../store/controls.ts'
import type { Rate } from './activity.ts'
import { describeActivity } from './activity.ts'
import type { Disk } from './disk.ts'
import type { Drain } from './drain.ts'
import { type HostManners, hostsOf } from './hosts.ts'
import type { Rota } from './rota.ts'

export interface ReportParts {
  readonly drain: Pick<Drain, 'inHand' | 'inHandByHost' | 'isStopping'>
  readonly rota: Pick<Rota, 'queuedByHost'>
  readonly pace: Pick<Pace, 'snapshot' | 'isNetworkDown'>
  readonly disk: Pick<Disk, 'hindrance'>
  readonly controls: Pick<Controls, 'isPaused' | 'settings'>
  readonly rate: Pick<Rate, 'perSecond'>
  /** Candidates queued in all datasets. */
  readonly queued: () => number
  /** The clock of the rota, in milliseconds. */
  readonly now: () => number
}

export interface Report {
  readonly activity: () => Activity
  readonly hosts: () => readonly HostActivity[]
}

export function createReport(parts: ReportParts): Report {
  const { drain, rota, pace, disk, controls } = parts
  const hosts = () => {
    const known = new Map(pace.snapshot().map(host => [host.host, host]))
    return hostsOf({
      queued: rota.queuedByHost(),
      inHand: drain.inHandByHost(),
      manners: host => mannersOf(known.get(host)),
      nowMs: parts.now(),
    })
  }
  const activity = () =>
    describeActivity({
      isStopping: drain.isStopping(),
      isPaused: controls.isPaused(),
      hindrance: disk.hindrance(),
      isNetworkDown: pace.isNetworkDown(),
      isHeldBack: false,
      inHand: drain.inHand(),
      queued: parts.queued(),
      waitingForBrowser: 0,
      perSecond: parts.rate.perSecond(),
      bytesPerSecond: 0,
      maxBytesPerSecond: controls.settings().maxBytesPerSecond,
      isLogTooLong: false,
      hosts: hosts(),
    })
  return { activity, hosts }
}

function mannersOf(pace: HostPace | undefined): HostManners {
  const waitMs = pace?.waitMs ?? 0
  const straightFailures = pace?.straightFailures ?? 0
  return {
    waitMs,
    reason: waitMs > 0 ? 'back-off' : null,
    code: null,
    straightFailures,
    spacingMs: 300,
    atOnce: 2,
    receivedBytes: 0,
  }
}
