import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/longest-first.ts'

/** Programs that are started over and over are compiled once. */
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) }
/** One less than there are cores is too few where there are two. */
const maxWorkers = Math.max(2, availableParallelism() - 1)
const shared = { environment: 'node', testTimeout: 120_000, hookTimeout: 120_000, maxWorkers } as const
/** Where servers and browsers have to come round to something, no second of the clock decides. */
const patient = { poll: { timeout: 60_000 } } as const

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './scripts/plain-line-reporter.ts'],
    projects: [
      { test: { ...shared, name: 'check', include: ['scripts/check.test.ts'], testTimeout: 300_000 } },
      {
        test: {
          ...shared,
          name: 'unit',
          include: [
            '{shared,server,extension}/src/**/*.test.ts',
            'extension/{*,scripts/**/*}.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', 'server/test/**', 'scripts/check.test.ts'],
          expect: patient,
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['server/test/**/*.test.ts'],
          env,
          expect: patient,
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['e2e/tests/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Browsers mostly wait: for pages, pauses and each other.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          env,
          expect: patient,
        },
      },
    ],
  },
})
