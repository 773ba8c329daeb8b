/** What pictures are split into. */
export const splitNames = ['train', 'validation', 'test'] as const
export type SplitName = (typeof splitNames)[number]
