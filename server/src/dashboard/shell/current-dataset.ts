const pattern = /^\/datasets\/([^/]+)\/([a-z]+)/

/** The page of a dataset that a path leads to, for example `gallery`. */
export const pageOf = (path: string): string | undefined => pattern.exec(path)?.[2]

/** The dataset a path is about; elsewhere the first one. */
export function currentDataset(
  path: string,
  datasets: readonly { readonly id: string }[],
): string | undefined {
  const named = pattern.exec(path)?.[1]
  return datasets.some(({ id }) => id === named) ? named : datasets[0]?.id
}
