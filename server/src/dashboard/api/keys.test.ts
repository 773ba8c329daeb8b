import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { keys } from './keys.ts'

test('what a dataset changes reaches all of its queries and no others', async () => {
  const cache = new QueryClient()
  const own = [keys.settings('cats'), keys.reasons('cats'), keys.latest('cats', 1), keys.image('cats', 'ab')]
  const others = [keys.overview, keys.clients, keys.settings('dogs')]
  for (const key of [...own, ...others]) cache.setQueryData(key, {})
  await cache.invalidateQueries({ queryKey: keys.dataset('cats') })
  const stale = (key: readonly unknown[]) => cache.getQueryState(key)?.isInvalidated
  expect(own.map(stale)).toEqual([true, true, true, true])
  expect(others.map(stale)).toEqual([false, false, false])
})
