import { expect, test } from 'vitest'
import { createColorLook } from './color-look.ts'

function rig(held?: string, isSystemDark = false) {
  const stored = new Map(held === undefined ? [] : [['gleaner-look', held]])
  const told: (() => void)[] = []
  const root = { dataset: {} as DOMStringMap }
  const media = { matches: isSystemDark, addEventListener: (_: string, hear: () => void) => told.push(hear) }
  const look = createColorLook({
    storage: {
      getItem: name => stored.get(name) ?? null,
      setItem: (name, value) => void stored.set(name, value),
      removeItem: name => void stored.delete(name),
    },
    root,
    matchMedia: () => media as unknown as MediaQueryList,
    onStored: callBack => void told.push(callBack),
  })
  return { look, root, stored, media, tell: () => told.map(hear => hear()) }
}

test('without a choice it is as the system has it, whenever that changes', () => {
  const { look, root, media, tell } = rig(undefined, true)
  let drawn = 0
  look.subscribe(() => drawn++)
  expect([look.chosen(), look.isDark(), root.dataset.look]).toEqual(['system', true, undefined])
  media.matches = false
  tell()
  expect(look.isDark()).toBe(false)
  expect(drawn).toBeGreaterThan(0)
})

test('a choice holds against the system, is kept, and can be let go of', () => {
  const { look, root, stored } = rig('no look', true)
  expect(look.chosen()).toBe('system')
  look.choose('light')
  expect([look.isDark(), root.dataset.look, stored.get('gleaner-look')]).toEqual([false, 'light', 'light'])
  expect(rig(stored.get('gleaner-look')).root.dataset.look).toBe('light')
  look.choose('system')
  expect([look.isDark(), root.dataset.look, stored.size]).toEqual([true, undefined, 0])
})

test('what another tab chose holds here as well', () => {
  const { look, root, stored, tell } = rig()
  stored.set('gleaner-look', 'dark')
  tell()
  expect([look.isDark(), root.dataset.look]).toEqual([true, 'dark'])
})
