/** Light, dark, or as the system has it: chosen once, remembered by this browser, the same in all of its tabs. */

export const colorLooks = ['system', 'light', 'dark'] as const
export type ColorLook = (typeof colorLooks)[number]

const name = 'gleaner-look'

interface Page {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Root of the page; `tokens.css` goes by its `data-look`. */
  readonly root: { readonly dataset: DOMStringMap }
  readonly matchMedia: (query: string) => Pick<MediaQueryList, 'matches' | 'addEventListener'>
  /** Told when another tab has changed what is stored. */
  readonly onStored: (callBack: () => void) => void
}

export function createColorLook({ storage, root, matchMedia, onStored }: Page) {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const listeners = new Set<() => void>()
  const chosen = (): ColorLook => colorLooks.find(each => each === storage.getItem(name)) ?? 'system'
  const apply = () => {
    const look = chosen()
    if (look === 'system') delete root.dataset.look
    else root.dataset.look = look
    for (const listener of listeners) listener()
  }
  apply()
  onStored(apply)
  system.addEventListener('change', apply)
  return {
    chosen,
    isDark: (): boolean => (chosen() === 'system' ? system.matches : chosen() === 'dark'),
    choose: (look: ColorLook): void => {
      if (look === 'system') storage.removeItem(name)
      else storage.setItem(name, look)
      apply()
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
export type ColorLookStore = ReturnType<typeof createColorLook>
