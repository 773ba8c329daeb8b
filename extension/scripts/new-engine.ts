/**
 * `npm run new:engine -- NAME` begins an engine: its module, two fixtures and its line in the registry, for a made-up
 * site. What is there passes all tests; the person replaces the made-up parts one after the other.
 */
import { newEngine } from './engine-files.ts'
import { runHelper } from './refusal.ts'

await runHelper(() => newEngine(process.argv.slice(2), { today: new Date().toISOString().slice(0, 10) }))
