/** Places where a crash test ends the process. */

/** Called at each durable step; a crash test ends the process there. */
export type Failpoint = (name: FailpointName) => void

/** Every durable step, in no particular order. */
export const failpointNames = [
  'accept:before-commit',
  'accept:after-commit',
  'lease:after-commit',
  'group:between',
  'group:before-commit',
  'group:after-commit',
  'finish:before-commit',
  'finish:after-commit',
  'file:created',
  'file:written',
  'file:synced',
  'file:renamed',
  'file:folder-synced',
  'files:linked',
  'record:before-commit',
  'record:after-commit',
  'upgrade:before-commit',
  'upgrade:after-commit',
  'upgrade:old-file-gone',
  'undo:before-commit',
  'undo:marked',
  'undo:picture-dropped',
  'undo:picture-gone',
  'deliver:placed',
  'deliver:before-commit',
  'deliver:after-commit',
  'deliver:let-go',
  'import:placed',
  'import:before-commit',
  'import:after-commit',
  'aside:placed',
  'aside:before-commit',
  'aside:marked',
  'aside:file-gone',
  'restore:placed',
  'restore:before-commit',
  'restore:marked',
  'move:placed',
  'move:before-commit',
  'move:after-commit',
  'move:old-file-gone',
  'act:linked',
  'act:before-commit',
  'act:committed',
  'act:old-files-gone',
  'rename:noted',
  'rename:renamed',
  'rename:committed',
] as const

/** Those of the side file of looks, which the ingest writes and no store by itself. */
export const lookFileFailpointNames = [
  'look-file:created',
  'look-file:written',
  'look-file:synced',
  'look-file:vouched',
  'look-file:renamed',
  'look-file:settled',
] as const

/** Those of splits and versions, which a person asks for. */
export const versionFailpointNames = [
  'splits:slice',
  'splits:before-commit',
  'splits:after-commit',
  'version:written',
  'version:renamed',
  'version:before-commit',
  'version:after-commit',
  'version:row-gone',
] as const

export type FailpointName =
  | (typeof failpointNames)[number]
  | (typeof lookFileFailpointNames)[number]
  | (typeof versionFailpointNames)[number]
