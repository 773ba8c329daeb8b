import type { ClassSummary } from '@gleaner/shared/dataset'
import type { ClassStats, DatasetStats } from '@gleaner/shared/stats'
import { Link } from 'wouter'
import { classColor } from '../classes/colors.ts'
import { groupClasses } from '../classes/facts.ts'
import { formatCount } from '../text/format.ts'

interface RowProps {
  readonly datasetId: string
  readonly summary: ClassSummary
  readonly stats: ClassStats | undefined
  /** Pictures of the largest class, or the largest goal: what the bars are measured by. */
  readonly most: number
  readonly isBelow: boolean
}

function Row({ datasetId, summary, stats, most, isBelow }: RowProps) {
  const { id, label, color, images, goal } = summary
  const missing = goal === null ? 0 : Math.max(0, goal - images)
  const share = (count: number) => `${most === 0 ? 0 : (count / most) * 100}%`
  return (
    <tr>
      <th scope="row" className={isBelow ? 'stat-below' : undefined}>
        <Link href={`/datasets/${datasetId}/gallery/${id}`}>
          <bdi>{label}</bdi>
        </Link>
      </th>
      <td className="stat-bar-cell">
        <span className="stat-bar" aria-hidden="true">
          <span
            className="stat-bar-fill"
            style={{ width: share(images), background: color ?? classColor(id) }}
          />
          {goal === null ? null : (
            <span className="stat-bar-goal" style={{ insetInlineStart: share(goal) }} />
          )}
        </span>
      </td>
      <td>{formatCount(images)}</td>
      <td>{goal === null ? '' : formatCount(goal)}</td>
      <td className={missing > 0 ? 'stat-missing' : undefined}>
        {goal === null ? '' : missing === 0 ? 'reached' : formatCount(missing)}
      </td>
      <td>
        {stats && stats.unreviewed > 0 ? (
          <Link href={`/datasets/${datasetId}/review/${id}`}>{formatCount(stats.unreviewed)}</Link>
        ) : (
          '0'
        )}
      </td>
    </tr>
  )
}

interface ClassTableProps {
  readonly datasetId: string
  readonly stats: DatasetStats
  readonly classes: readonly ClassSummary[]
}

/** Classes against their goals: how many there are, how many are missing, how many nobody has looked at. */
export function ClassTable({ datasetId, stats, classes }: ClassTableProps) {
  if (classes.length === 0) return null
  const most = Math.max(1, ...classes.map(({ images, goal }) => Math.max(images, goal ?? 0)))
  const rows = groupClasses(classes).flatMap(({ parent, classes: group }) =>
    group.map(summary => ({ summary, isBelow: parent !== undefined && summary !== parent })),
  )
  return (
    // Wider than a narrow window: it scrolls by itself, also by keys.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached
    <section className="card stat-table" aria-label="Classes against their goals" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">
              <span className="gl-visually-hidden">Share of the largest</span>
            </th>
            <th scope="col">Pictures</th>
            <th scope="col">Goal</th>
            <th scope="col">Missing</th>
            <th scope="col">Not reviewed</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ summary, isBelow }) => (
            <Row
              key={summary.id}
              datasetId={datasetId}
              summary={summary}
              stats={stats.classes.find(({ classId }) => classId === summary.id)}
              most={most}
              isBelow={isBelow}
            />
          ))}
        </tbody>
      </table>
    </section>
  )
}
