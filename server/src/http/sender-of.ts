import { ownerName } from '../store/index.ts'
import type { Caller } from './plugins/auth.ts'

/** Under whose name batches are kept: batch ids of different senders never clash. */
export const senderOf = (caller: Caller) => (caller.kind === 'client' ? caller.clientId : ownerName)
