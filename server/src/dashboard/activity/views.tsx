import { Link } from 'wouter'

interface ViewsProps {
  readonly datasetId: string
  readonly shown: 'candidates' | 'hosts'
}

/** The two sides of the activity: what becomes of candidates, and how it stands with hosts. */
export function Views({ datasetId, shown }: ViewsProps) {
  const base = `/datasets/${datasetId}/activity`
  return (
    <nav aria-label="Views of the activity" className="views">
      <Link href={base} className="view-link" aria-current={shown === 'candidates' ? 'page' : undefined}>
        Candidates
      </Link>
      <Link
        href={`${base}/hosts`}
        className="view-link"
        aria-current={shown === 'hosts' ? 'page' : undefined}
      >
        Hosts
      </Link>
    </nav>
  )
}
