/** Places where a crash test ends the process. */
export const exportFailpoints = [
  'export:picture',
  'export:prepared',
  'export:placed',
  'export:written',
  'export:companions',
  'export:recorded',
  'export:proved',
  'export:packed',
  'export:synced',
  'export:vouched',
  'export:renamed',
  'export:folder-synced',
  'export:committed',
  'export:cleared',
] as const
export type ExportFailpoint = (name: (typeof exportFailpoints)[number]) => void
