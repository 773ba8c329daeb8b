/** Which pictures are selected: some by name, or all that the filter takes but for some. */
import type { GalleryFilter, Selection } from '@gleaner/shared/gallery'

export type Picked =
  | { readonly kind: 'named'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'all'; readonly except: ReadonlySet<string> }

/** As many as one act may name. */
export const mostNamed = 10_000

export const nothingPicked: Picked = { kind: 'named', ids: new Set() }
export const everything: Picked = { kind: 'all', except: new Set() }

export const isPicked = (picked: Picked, id: string): boolean =>
  picked.kind === 'named' ? picked.ids.has(id) : !picked.except.has(id)

/** @param total - of all that the filter takes */
export const countOf = (picked: Picked, total: number): number =>
  picked.kind === 'named' ? picked.ids.size : Math.max(0, total - picked.except.size)

/** The same with these selected, or not. */
export function withPicked(picked: Picked, ids: Iterable<string>, isOn: boolean): Picked {
  const isListed = (picked.kind === 'named') === isOn
  const listed = new Set(picked.kind === 'named' ? picked.ids : picked.except)
  for (const id of ids) {
    if (isListed) listed.add(id)
    else listed.delete(id)
  }
  return picked.kind === 'named' ? { kind: 'named', ids: listed } : { kind: 'all', except: listed }
}

export const toggled = (picked: Picked, id: string): Picked => withPicked(picked, [id], !isPicked(picked, id))

/** As an act asks for it; `undefined` where nothing, or more than can be named, is selected. */
export function selectionOf(picked: Picked, filter: GalleryFilter): Selection | undefined {
  if (picked.kind === 'named') {
    const { size } = picked.ids
    return size === 0 || size > mostNamed ? undefined : { imageIds: [...picked.ids] }
  }
  if (picked.except.size > mostNamed) return undefined
  return picked.except.size === 0 ? { filter } : { filter, except: [...picked.except] }
}
