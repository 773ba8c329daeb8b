/** The sheet of keys: every page names its own while it is shown, and `?` lists them all. */
import { Dialog } from '@gleaner/shared/ui/dialog.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useState,
} from 'react'
import { isTyping } from './key-names.ts'
import { areSingleKeysOn, switchSingleKeys, useSingleKeys } from './single-keys.ts'
import './key-sheet.css'

/** A key and what it does, in words. */
export interface KeyWords {
  /** What a person presses. */
  readonly shown: string
  readonly does: string
}

interface Section {
  readonly title: string
  readonly keys: readonly KeyWords[]
}

interface Registry {
  /** Sets the keys of a section; `undefined` takes it off. */
  readonly set: (id: string, section: Section | undefined) => void
  readonly open: () => void
}

const KeysContext = createContext<Registry>({ set: () => undefined, open: () => undefined })

/** Lists keys on the sheet for as long as the caller is shown. @param title - of the part they belong to */
export function useKeys(title: string, keys: readonly KeyWords[]): void {
  const { set } = useContext(KeysContext)
  const id = useId()
  // Deeds are made anew with every render; their words seldom change.
  const words = JSON.stringify(keys.map(({ shown, does }) => ({ shown, does })))
  useEffect(() => {
    set(id, { title, keys: JSON.parse(words) as KeyWords[] })
    return () => set(id, undefined)
  }, [set, id, title, words])
}

/** Opens the sheet. */
export const useOpenKeys = (): (() => void) => useContext(KeysContext).open

const everywhere: Section = {
  title: 'On every page',
  keys: [
    { shown: '?', does: 'Show the keys of this page' },
    { shown: 'Ctrl Z', does: 'Undo the last act (⌘ Z on a Mac)' },
    { shown: 'Ctrl Shift Z', does: 'Redo what was undone (⌘ Shift Z)' },
    { shown: 'Tab', does: 'Go to the next thing that can be pressed' },
    { shown: 'Esc', does: 'Close what lies over the page' },
  ],
}

export function KeyList({ keys }: { readonly keys: readonly KeyWords[] }) {
  return (
    <dl className="key-list">
      {keys.map(({ shown, does }) => (
        <div key={`${shown} ${does}`}>
          <dt>
            <kbd>{shown}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  )
}

interface SheetProps {
  readonly sections: readonly Section[]
  readonly isOpen: boolean
  readonly onClose: () => void
}

function Sheet({ sections, isOpen, onClose }: SheetProps) {
  const areOn = useSingleKeys()
  return (
    <Dialog title="Keys" isOpen={isOpen} onClose={onClose}>
      <div className="stack key-sheet">
        {[...sections, everywhere].map(({ title, keys }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <KeyList keys={keys} />
          </section>
        ))}
        <Switch
          label="Keys without Ctrl do something"
          description="Switch them off when you press them by chance, or speak to your computer."
          isSelected={areOn}
          onChange={switchSingleKeys}
        />
      </div>
    </Dialog>
  )
}

/** Holds the keys of all that is shown inside, and the sheet that `?` opens. */
export function Keys({ children }: { readonly children: ReactNode }) {
  const [sections, setSections] = useState<ReadonlyMap<string, Section>>(new Map())
  const [isOpen, setOpen] = useState(false)
  const set = useCallback((id: string, section: Section | undefined) => {
    setSections(current => {
      const next = new Map(current)
      if (section) next.set(id, section)
      else next.delete(id)
      return next
    })
  }, [])
  const registry = useMemo(() => ({ set, open: () => setOpen(true) }), [set])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented
      if (event.key !== '?' || !isPlain || isTyping(event.target) || !areSingleKeysOn()) return
      event.preventDefault()
      setOpen(true)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  return (
    <KeysContext value={registry}>
      {children}
      <Sheet sections={[...sections.values()]} isOpen={isOpen} onClose={() => setOpen(false)} />
    </KeysContext>
  )
}
