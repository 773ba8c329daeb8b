/** A night in a minute. `npm run soak` is the long form. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/samples.ts'
import { createCount, patience } from './support/report.ts'
import { runSoak } from './support/soak.ts'

/** As many as take half a minute on two cores beside the other tests. */
const addresses = 1_500

test('a small soak stays flat and accounts for every address', {
  timeout: patience(600_000),
}, async context => {
  const count = createCount(context)
  using root = temporaryFolder()
  const soak = await runSoak(join(root.path, 'home'), addresses)
  const { counts, moreDescriptors } = soak
  // Trouble in one of twenty: some of it passes, some is a copy of what is held.
  const isStored = counts.stored >= addresses * 0.95
  const flat = [
    ...(isStored ? [] : [`only ${counts.stored} stored: ${JSON.stringify(counts)}`]),
    ...(moreDescriptors <= 20 ? [] : [`${moreDescriptors} more descriptors`]),
  ]
  count.add(`${addresses} addresses`, [...soak.violations, ...flat])
  count.expectNone()
  expect(Math.max(...soak.samples.map(({ mainMiB }) => mainMiB))).toBeLessThan(600)
})
