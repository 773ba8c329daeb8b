import { useQuery } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'
import { useApi, useDatasetSummary } from '../api/use-app.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { ImportRow } from './import-row.tsx'
import { NewImport } from './new-import.tsx'
import { Recipe } from './recipe.tsx'
import './imports.css'

/** Pictures from elsewhere: through the same checks as those of the web. */
export default function Imports({ datasetId }: { readonly datasetId: string }) {
  const api = useApi()
  const dataset = useDatasetSummary(datasetId)
  const { data, error, refetch } = useQuery({
    queryKey: keys.imports(datasetId),
    queryFn: () => api.imports(datasetId),
  })
  return (
    <>
      <PageHead
        title="Imports"
        about="Pictures and labels from elsewhere, checked, compared and filed like those of the web."
      />
      <NewImport
        datasetId={datasetId}
        dataset={dataset?.name ?? ''}
        classes={dataset?.classes.map(({ label }) => label) ?? []}
      />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data && data.imports.length > 0 ? (
        <section className="stack" aria-label="Imports so far">
          <h2 className="card-title">So far</h2>
          <ul className="stack">
            {data.imports.map(entry => (
              <ImportRow key={entry.id} datasetId={datasetId} entry={entry} />
            ))}
          </ul>
        </section>
      ) : null}
      <Recipe datasetId={datasetId} />
    </>
  )
}
