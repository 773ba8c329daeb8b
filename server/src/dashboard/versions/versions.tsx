import { Button } from '@gleaner/shared/ui/button.tsx'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi, useDatasetSummary } from '../api/use-app.ts'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { NewVersion } from './new-version.tsx'
import { VersionCard } from './version-card.tsx'
import './versions.css'

/** What the dataset was at moments that somebody gave a name. */
export default function Versions({ datasetId }: { readonly datasetId: string }) {
  const api = useApi()
  const [isAdding, setAdding] = useState(false)
  const images = useDatasetSummary(datasetId)?.images ?? 0
  const { data, error, refetch } = useQuery({
    queryKey: keys.versions(datasetId),
    queryFn: () => api.versions(datasetId),
  })
  const add = (
    <Button kind="primary" icon="plus" isDisabled={images === 0} onPress={() => setAdding(true)}>
      New version
    </Button>
  )
  const versions = data?.versions ?? []
  return (
    <>
      <PageHead
        title="Versions"
        about="Pictures, labels and splits as they were, for good. Every export is of a version."
        actions={versions.length > 0 ? add : undefined}
      />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data || error ? null : <p className="page-wait">Loading…</p>}
      {data && versions.length === 0 ? (
        <Empty icon="versions" title="No version yet" actions={add}>
          {images === 0
            ? 'Collect some pictures first.'
            : 'Make one before you export, or before you change much: two versions can be compared, picture by picture.'}
        </Empty>
      ) : null}
      <ul className="version-list">
        {versions.map((version, index) => (
          <VersionCard key={version.id} {...{ datasetId, version }} earlier={versions[index + 1]} />
        ))}
      </ul>
      <NewVersion
        datasetId={datasetId}
        isOpen={isAdding}
        onClose={() => setAdding(false)}
        offered={`Version ${versions.length + 1}`}
      />
    </>
  )
}
