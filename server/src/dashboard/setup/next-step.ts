import type { Setup } from '@gleaner/shared/api'

/** The step to do now, counted from 0; 3 when all are done. A later step that is done has its earlier ones done. */
export function nextStep(setup: Pick<Setup, 'extensionSeen' | 'paired' | 'collected'>): number {
  if (setup.collected) return 3
  if (setup.paired) return 2
  return setup.extensionSeen ? 1 : 0
}
