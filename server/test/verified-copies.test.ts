/** Whether copies are told from look-alikes on real pictures: what the benchmark measures in full, held in a test. */
import { expect, test } from 'vitest'
import { sharedFolder } from '../../scripts/shared-folder.ts'
import { corpusMaterial, type Sight } from '../bench/duplicates/recall-pictures.ts'
import { createDecoders } from '../src/imaging/decoders.ts'
import { hitsAmong } from '../src/look/forms.ts'
import { verify } from '../src/look/verify.ts'

const folder = sharedFolder('corpus/near-dup')

const compare = (first: Sight, second: Sight) =>
  verify(first.fingerprint, second.fingerprint, hitsAmong(first.queryForms, second.fingerprint.heldForms))

test.runIf(folder)(
  'copies are found by every edit, look-alikes never (needs the shared corpus)',
  { timeout: 120_000 },
  async () => {
    const decoders = createDecoders()
    const { pairs, negatives } = await corpusMaterial(decoders, folder ?? '')
    await decoders.close()
    const missed = pairs.flatMap(({ row, original, copy }) =>
      [compare(copy, original), compare(original, copy)].every(({ isDuplicate }) => isDuplicate)
        ? []
        : [`${row} ${copy.name}`],
    )
    // Turned by thirty degrees.
    expect(missed).toEqual(['suite suite/ukbench00120_rotation.jpg'])
    const taken = negatives
      .flatMap(([a, b]) => [compare(a, b), compare(b, a)])
      .filter(({ isDuplicate }) => isDuplicate)
    expect([negatives.length > 0, taken]).toEqual([true, []])
    const kinds = Map.groupBy(pairs, ({ row }) => row)
    const kindOf = (row: string) => [
      ...new Set((kinds.get(row) ?? []).map(({ original, copy }) => compare(copy, original).kind)),
    ]
    expect(['flip', 'rot90', 'crop10', 'border05', 'caption', 'grey'].map(kindOf)).toEqual([
      ...[['mirror'], ['turn'], ['crop'], ['border'], ['caption'], ['edited']],
    ])
  },
)
