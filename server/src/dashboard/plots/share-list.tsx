import { Link } from 'wouter'
import { formatCount } from '../text/format.ts'
import './plots.css'

export interface Share {
  readonly id: string
  readonly label: string
  readonly count: number
  /** Where pressing it leads. */
  readonly href?: string
}

interface ShareListProps {
  readonly title: string
  readonly shares: readonly Share[]
  /** All others together. */
  readonly rest?: number
  /** A count as a person reads it. */
  readonly unit?: (count: number) => string
}

interface RowProps {
  readonly share: Share
  readonly total: number
  readonly unit: (count: number) => string
}

function Row({ share, total, unit }: RowProps) {
  const { label, count, href } = share
  const percent = total === 0 ? 0 : (count / total) * 100
  return (
    <li className="share">
      <span className="share-label">
        {href === undefined ? (
          <bdi>{label}</bdi>
        ) : (
          <Link href={href}>
            <bdi>{label}</bdi>
          </Link>
        )}
      </span>
      <span className="share-count">
        {unit(count)} <span className="faint">{percent < 1 && count > 0 ? '<1' : Math.round(percent)} %</span>
      </span>
      <span className="share-track" aria-hidden="true">
        <span className="share-fill" style={{ width: `${percent}%` }} />
      </span>
    </li>
  )
}

/** What pictures are made up of, the greatest part first. */
export function ShareList({ title, shares, rest = 0, unit = formatCount }: ShareListProps) {
  const total = shares.reduce((sum, { count }) => sum + count, rest)
  return (
    <section className="shares" aria-label={title}>
      <h3 className="plot-title">{title}</h3>
      {total === 0 ? <p className="small soft">Nothing yet.</p> : null}
      <ul>
        {shares.map(share => (
          <Row key={share.id} share={share} total={total} unit={unit} />
        ))}
        {rest > 0 ? (
          <Row share={{ id: 'rest', label: 'All others', count: rest }} total={total} unit={unit} />
        ) : null}
      </ul>
    </section>
  )
}
