/** Keys of TanStack Query's cache. Everything of a dataset stands below `keys.dataset(id)`. */
export const keys = {
  overview: ['overview'],
  clients: ['clients'],
  /** Beside the dataset: read again now and then, not with every act. */
  history: (datasetId: string) => ['history', datasetId],
  ingestSettings: ['ingest-settings'],
  hosts: (view: object) => ['hosts', view],
  dataset: (datasetId: string) => ['dataset', datasetId],
  settings: (datasetId: string) => ['dataset', datasetId, 'settings'],
  reasons: (datasetId: string, classId?: number) => ['dataset', datasetId, 'reasons', classId ?? 'all'],
  latest: (datasetId: string, classId: number) => ['dataset', datasetId, 'latest', classId],
  duplicates: (datasetId: string) => ['dataset', datasetId, 'duplicates'],
  duplicateList: (datasetId: string, view: string) => ['dataset', datasetId, 'duplicates', 'list', view],
  group: (datasetId: string, groupId: number) => ['dataset', datasetId, 'duplicates', 'group', groupId],
  stats: (datasetId: string) => ['dataset', datasetId, 'stats'],
  quality: (datasetId: string) => ['dataset', datasetId, 'quality'],
  splits: (datasetId: string) => ['dataset', datasetId, 'splits'],
  /** What a plan would change: never read again by itself, every answer costs a look at all pictures. */
  splitPreview: (datasetId: string, plan: object) => ['split-preview', datasetId, plan],
  chosenGroups: (datasetId: string) => ['dataset', datasetId, 'splits', 'together'],
  versions: (datasetId: string) => ['dataset', datasetId, 'versions'],
  /** Versions never change, so neither does what is between two of them. */
  versionDiff: (datasetId: string, from: number, to: number) => ['version-diff', datasetId, from, to],
  exports: (datasetId: string) => ['dataset', datasetId, 'exports'],
  imports: (datasetId: string) => ['dataset', datasetId, 'imports'],
  recipe: (datasetId: string) => ['dataset', datasetId, 'recipe'],
  exportFormats: ['export-formats'],
  preflight: (datasetId: string, request: object) => ['preflight', datasetId, request],
  views: (datasetId: string) => ['dataset', datasetId, 'views'],
  gallery: (datasetId: string, what: string, query: string) => ['dataset', datasetId, 'gallery', what, query],
  acts: (datasetId: string) => ['dataset', datasetId, 'acts'],
  image: (datasetId: string, imageId: string) => ['dataset', datasetId, 'image', imageId],
} as const
