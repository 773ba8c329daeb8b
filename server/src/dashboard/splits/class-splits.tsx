import { type ClassSplit, splitNames } from '@gleaner/shared/splits'
import { WideTable } from '../parts/wide-table.tsx'
import { SplitBar } from './split-bar.tsx'
import { SplitCount } from './split-link.tsx'

const sum = (rows: readonly ClassSplit[], key: 'train' | 'validation' | 'test' | 'unassigned') =>
  rows.reduce((total, row) => total + row[key], 0)

interface ClassSplitsProps {
  readonly datasetId: string
  readonly classes: readonly ClassSplit[]
}

/** How the pictures of each class are shared out. */
export function ClassSplits({ datasetId, classes }: ClassSplitsProps) {
  const hasNone = sum(classes, 'unassigned') > 0
  return (
    <WideTable label="Pictures of each class">
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col" className="split-share-column">
            Share
          </th>
          <th scope="col">Train</th>
          <th scope="col">Validation</th>
          <th scope="col">Test</th>
          {hasNone ? <th scope="col">In none</th> : null}
        </tr>
      </thead>
      <tbody>
        {classes.map(({ classId, label, unassigned, ...counts }) => (
          <tr key={classId}>
            <th scope="row">
              <bdi>{label}</bdi>
            </th>
            <td className="split-share-column">
              <SplitBar counts={counts} none={unassigned} />
            </td>
            {splitNames.map(split => (
              <td key={split}>
                <SplitCount {...{ datasetId, split }} count={counts[split]} of={{ classId, label }} />
              </td>
            ))}
            {hasNone ? (
              <td>
                <SplitCount datasetId={datasetId} split="none" count={unassigned} of={{ classId, label }} />
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </WideTable>
  )
}

/** All classes together. */
export function AllSplits({ datasetId, classes }: ClassSplitsProps) {
  const counts = {
    train: sum(classes, 'train'),
    validation: sum(classes, 'validation'),
    test: sum(classes, 'test'),
  }
  return <SplitBar counts={counts} none={sum(classes, 'unassigned')} isNamed of={datasetId} />
}
