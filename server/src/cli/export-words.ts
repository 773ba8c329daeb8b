/** What a person reads about an export before and after. */

import { catalogue, isErrorCode } from '@gleaner/shared/errors'
import type { ExportSummary, Finding, Preflight } from '@gleaner/shared/exports'
import { printable } from './duplicates/words.ts'

const weights = { refused: 'REFUSED', lost: 'LOST', note: 'note' } as const

export function preflightLines({
  findings,
  images,
  classes,
  splits,
  sizeBytes,
  encoded,
}: Preflight): string[] {
  const parts = Object.entries(splits).map(([split, count]) => `${split} ${count}`)
  return [
    ...findings.flatMap(findingLines),
    `${images} pictures of ${classes.length} classes (${parts.join(', ')}), about ${Math.ceil(sizeBytes / 1e6)} MB; ${encoded} are encoded anew.`,
  ]
}

function findingLines({ weight, code, count, say, hint, examples, fix }: Finding): string[] {
  return [
    `${weights[weight]}  ${say} (${count}) [${code}]`,
    ...(examples.length > 0 ? [`  ${printable(examples.join('; '))}`] : []),
    `  ${hint}`,
    ...(fix === null ? [] : [`  Fix (--fix): ${printable(JSON.stringify(fix))}`]),
  ]
}

export function summaryLines({ state, path, proof, sizeBytes, code, facts, name }: ExportSummary): string[] {
  if (state === 'done' && proof)
    return [
      `${path ?? name}: read back and found right: ${proof.images} pictures of ${proof.classes} classes in ${proof.files} files, ${Math.ceil(sizeBytes / 1e6)} MB.`,
    ]
  if (state === 'cancelled') return [`${name} was cancelled; nothing of it stays.`]
  const said = isErrorCode(code) ? `${catalogue[code].say} ${catalogue[code].hint}` : 'It failed.'
  return [`${name}: ${said} [${code}]`, ...(facts === null ? [] : [`  ${printable(facts)}`])]
}
