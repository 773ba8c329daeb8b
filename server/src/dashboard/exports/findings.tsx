import type { ExportRequest, Finding } from '@gleaner/shared/exports'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { formatCount } from '../text/format.ts'
import { ranked } from './request.ts'

const tones = { refused: 'danger', lost: 'warning', note: 'info' } as const
const weightWords: Readonly<Record<Finding['weight'], string>> = {
  refused: 'Cannot be written so',
  lost: 'Would be lost',
  note: 'Good to know',
}

interface FindingsProps {
  readonly findings: readonly Finding[]
  /** Lays a fix over the request; without one nothing can be mended any more. */
  readonly onFix?: (fix: Partial<ExportRequest>) => void
}

/** What was found before anything is written, worst first. */
export function Findings({ findings, onFix }: FindingsProps) {
  return (
    <ul className="findings">
      {ranked(findings).map(({ code, weight, count, say, hint, examples, fix }) => (
        <li key={`${code} ${examples.join()}`}>
          <Notice
            tone={tones[weight]}
            title={
              <>
                <span className="finding-weight">{weightWords[weight]}</span> {say}{' '}
                {count > 0 ? <span className="finding-count">({formatCount(count)})</span> : null}
              </>
            }
            actions={
              fix && onFix ? (
                <Button size="small" onPress={() => onFix(fix)}>
                  Fix
                </Button>
              ) : null
            }
          >
            {hint}
            {examples.length > 0 ? (
              <span className="finding-examples">
                {examples.map(example => (
                  <bdi key={example} dir="ltr">
                    {example}
                  </bdi>
                ))}
              </span>
            ) : null}
          </Notice>
        </li>
      ))}
    </ul>
  )
}
