/** What engines let a search be narrowed by. Apart from the schemas, for code that is to do without a validator. */
export const searchFilterNames = [
  'size',
  'color',
  'type',
  'time',
  'rights',
  'site',
  'aspect',
  'safe',
] as const
