import { Button } from '@gleaner/shared/ui/button.tsx'
import { useQuery } from '@tanstack/react-query'
import { openShortcuts, shortcuts } from '../platform/runtime.ts'

/** Keys that work on any page, as the browser has them now. */
export function ShortcutsSection() {
  const all = useQuery({ queryKey: ['shortcuts'], queryFn: shortcuts, refetchOnWindowFocus: true })
  if (!all.data) return null
  return (
    <section className="options-section" aria-labelledby="shortcuts">
      <h2 id="shortcuts">Shortcuts</h2>
      <dl className="options-keys">
        {all.data.map(({ name, description, keys }) => (
          <div key={name} className="options-row">
            <dt>{description}</dt>
            <dd>{keys === '' ? 'No key' : <kbd>{keys}</kbd>}</dd>
          </div>
        ))}
      </dl>
      <div className="options-row">
        <p className="options-soft">Your browser keeps them, and lets you change them.</p>
        <Button onPress={() => void openShortcuts()}>Change shortcuts</Button>
      </div>
    </section>
  )
}
