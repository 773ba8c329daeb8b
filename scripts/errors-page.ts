import { catalogue } from '../shared/src/errors.ts'

const again = { never: 'no', later: 'by itself', 'ask-user': 'when you ask' } as const

/** The catalogue of errors as a page for people. */
export function errorsPage(): string {
  const rows = Object.entries(catalogue).map(
    ([code, { say, hint, retry, status }]) =>
      `| \`${code}\` | ${say} | ${hint} | ${again[retry]} | ${status} |`,
  )
  return `# Errors and reasons

Every outcome, refusal and failure has one of these codes. Codes are permanent; the wording may improve. "Tried again"
says whether Gleaner tries by itself, only when you press *Retry*, or not at all. The last column is the HTTP status of
an answer that carries the code. The page is written from \`shared/src/errors.ts\` by \`npm run docs\`.

| code | what happened | what to do | tried again | status |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}
