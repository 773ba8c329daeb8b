/** The door of the store: what other parts of the server import. */

export type { OpenDataset } from './dataset-store.ts'
export { openDataset } from './dataset-store.ts'
export type { HomeOptions, OpenHome } from './home.ts'
export { openHome, serverFolderName } from './home.ts'
export type { RecoveryReport } from './recovery.ts'
export type { RepairReport } from './repair.ts'
export { repairDataset } from './repair.ts'
export { storeError } from './store-error.ts'
export * from './types.ts'
export type { Finding, VerifyReport } from './verify.ts'
export { verifyDataset } from './verify.ts'
