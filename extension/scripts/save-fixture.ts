/**
 * `npm run save:fixture -- PAGE.html --url PAGE_URL --engine NAME --case NAME` cuts a page of one's own down to a few
 * results, puts invented contents into it and writes it as a fixture, to be looked through before it is committed.
 */
import { makeFixture } from './make-fixture.ts'
import { runHelper } from './refusal.ts'

await runHelper(() => makeFixture(process.argv.slice(2), { month: new Date().toISOString().slice(0, 7) }))
