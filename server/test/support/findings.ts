import { verifyDataset } from '../../src/store/verify.ts'

/** What is wrong with a dataset, by a code path of its own. */
export const findingsIn = async (folder: string) => (await verifyDataset(folder)).findings
