import type { VerifyReport } from '../store/index.ts'

type Finding = VerifyReport['findings'][number]

const keyOf = ({ kind, at }: Finding) => `${kind} ${at}`

/**
 * What is still wrong after a moment. Beside a server at work, files on their way to their row, and rows on their way
 * to their file, look wrong for an instant; what is really wrong stays.
 *
 * @param look - verifies the dataset
 * @param pause - waits for longer than a file takes from its name to its row
 */
export async function lastingFindings(
  look: () => Promise<VerifyReport>,
  pause: () => Promise<void>,
): Promise<VerifyReport> {
  const first = await look()
  if (first.findings.length === 0) return first
  await pause()
  const seen = new Set(first.findings.map(keyOf))
  const again = await look()
  return { ...again, findings: again.findings.filter(finding => seen.has(keyOf(finding))) }
}
