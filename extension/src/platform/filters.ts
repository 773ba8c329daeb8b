/** Filters that let everything pass. Beside the message table, for no validator may come along into a page. */
import type { Filters } from './message-table.ts'

export const noFilters: Filters = { minSidePx: 0, aspect: 'any', formats: [], withoutHosts: [] }
