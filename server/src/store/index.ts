/** The door of the store: what other parts of the server import. */

export type { BackedUp } from './backup.ts'
export { backUp } from './backup.ts'
export { browserHost, ownerName } from './browser-fetches.ts'
export type { OpenHome } from './home.ts'
export { openHome } from './home.ts'
export type { RecoveryReport } from './recovery.ts'
export { repairDataset } from './repair.ts'
export * from './types.ts'
export type { VerifyReport } from './verify.ts'
export { verifyDataset } from './verify.ts'
