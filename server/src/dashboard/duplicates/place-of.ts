/**
 * Where to look in a list that is ordered by number and loses what is decided.
 *
 * @returns the place of the one wanted; of the next one where it is gone; of the last one where that is gone as well
 */
export function placeOf(items: readonly { readonly id: number }[], wantedId: number | undefined): number {
  if (wantedId === undefined) return 0
  const place = items.findIndex(({ id }) => id >= wantedId)
  return place === -1 ? Math.max(0, items.length - 1) : place
}

/** Where the group with one of these pictures is in the list; -1 while it is not there. */
export const placeWith = (
  items: readonly { readonly keeperId?: string }[],
  imageIds: readonly string[],
): number => items.findIndex(({ keeperId }) => keeperId !== undefined && imageIds.includes(keeperId))
