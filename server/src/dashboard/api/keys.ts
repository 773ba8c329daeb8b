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
  views: (datasetId: string) => ['dataset', datasetId, 'views'],
  gallery: (datasetId: string, what: string, query: string) => ['dataset', datasetId, 'gallery', what, query],
  acts: (datasetId: string) => ['dataset', datasetId, 'acts'],
  image: (datasetId: string, imageId: string) => ['dataset', datasetId, 'image', imageId],
} as const
