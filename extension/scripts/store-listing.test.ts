/** The listing says what the manifest does: no permission without its reason, no reason without its permission. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { manifest } from '../manifest.config.ts'

const listing = readFileSync(new URL('../../docs/store-listing.md', import.meta.url), 'utf8')
const section = (title: string) => listing.split(`\n## ${title}\n`)[1]?.split('\n## ')[0]?.trim() ?? ''

interface Asked {
  readonly permissions: readonly string[]
  readonly host_permissions: readonly string[]
  readonly optional_host_permissions?: readonly string[]
  readonly browser_specific_settings?: {
    readonly gecko: { readonly data_collection_permissions: { readonly required: readonly string[] } }
  }
}
const asked = (browser: 'chrome' | 'firefox') => manifest(browser) as unknown as Asked
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word)

test('the summary fits', () => {
  expect(section('Summary').length).toBeLessThanOrEqual(132)
})

test('every permission has its reason', () => {
  const { permissions, host_permissions, optional_host_permissions = [] } = asked('chrome')
  const inTable = section('Permissions')
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .flatMap(line => quoted(line.split('|')[1] ?? ''))
  expect(inTable.toSorted()).toEqual(
    [...permissions, ...host_permissions, ...optional_host_permissions].toSorted(),
  )
})

test('what Firefox is told is collected is what the listing says', () => {
  const declared = asked('firefox').browser_specific_settings?.gecko.data_collection_permissions.required
  expect(quoted(section('Data collection (Firefox)'))).toEqual(declared)
})
