/** One project for each mistake, with the test that must fail because of it. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { mutants, mutated } from './mutants.ts'
import { titlePattern } from './outcomes.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const onLoad = new URL('./mutate-on-load.ts', import.meta.url).href

export default defineConfig({
  test: {
    root,
    projects: mutants.map(mutant => ({
      root,
      plugins: [
        {
          // What was transformed is kept from run to run, by the names of the plugins among others.
          name: `mutate: ${mutant.id}`,
          enforce: 'pre' as const,
          transform: (text: string, path: string) => mutated(mutant, path.split('?')[0] ?? path, text),
        },
      ],
      test: {
        name: mutant.id,
        include: [mutant.caughtBy.file],
        testNamePattern: titlePattern(mutant.caughtBy.title),
        testTimeout: 60_000,
        retry: 0,
        env: { GLEANER_MUTANT: mutant.id, NODE_OPTIONS: `--import=${onLoad}` },
      },
    })),
  },
})
