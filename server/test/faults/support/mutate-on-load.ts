/** Loaded before a program (`node --import`): puts the mistake named in GLEANER_MUTANT into it and into what it starts. */
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { mutants, mutated } from './mutants.ts'

const mutant = mutants.find(({ id }) => id === process.env.GLEANER_MUTANT)
if (mutant) {
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context)
      if (!url.startsWith('file:') || !loaded.source) return loaded
      return { ...loaded, source: mutated(mutant, fileURLToPath(url), loaded.source.toString()) }
    },
  })
}
