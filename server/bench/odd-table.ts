/** Prints what became of every odd file of the shared corpus, as a Markdown table. */
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { expectedOutcomes, readExpected, runOddFile } from '../test/support/odd-files.ts'

const folder = sharedFolder('corpus/odd')
if (!folder) {
  console.error('The shared corpus is not there; GLEANER_SHARED may name its folder.')
  process.exit(1)
}

const decoders = createDecoders()
const verdicts = { best: 0, acceptable: 0, wrong: 0 }
console.log('| file | outcome | expected best | verdict |\n| --- | --- | --- | --- |')
for (const odd of readExpected(folder).files) {
  const { outcome } = await runOddFile(decoders, folder, odd)
  const expected = expectedOutcomes(odd)
  const verdict = expected[0] === outcome ? 'best' : expected.includes(outcome) ? 'acceptable' : 'wrong'
  verdicts[verdict]++
  const note = expected === odd.acceptable ? '' : ` (decided otherwise than the corpus: ${odd.acceptable[0]})`
  console.log(`| ${odd.file} | ${outcome} | ${expected[0]}${note} | ${verdict} |`)
}
console.log(`\n${verdicts.best} best, ${verdicts.acceptable} acceptable, ${verdicts.wrong} wrong`)
await decoders.close()
