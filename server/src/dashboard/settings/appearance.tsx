import { useSyncExternalStore } from 'react'
import { useApp } from '../api/use-app.ts'
import { type ColorLook, colorLooks } from '../parts/color-look.ts'
import { Part } from './part.tsx'

const words: Readonly<Record<ColorLook, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' }

/** Light or dark, for this browser. */
export function Appearance() {
  const { look } = useApp()
  const chosen = useSyncExternalStore(look.subscribe, look.chosen)
  return (
    <Part title="Appearance" about="Holds for this browser alone, at once and in all of its tabs.">
      <fieldset className="looks">
        <legend className="gl-label">Colours</legend>
        {colorLooks.map(each => (
          <label key={each} className="look">
            <input
              type="radio"
              name="look"
              value={each}
              checked={each === chosen}
              onChange={() => look.choose(each)}
            />
            {words[each]}
          </label>
        ))}
      </fieldset>
    </Part>
  )
}
