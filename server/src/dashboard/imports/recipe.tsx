import { Button } from '@gleaner/shared/ui/button.tsx'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'

const fileName = 'gleaner.yaml'

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: fileName })
  link.click()
  URL.revokeObjectURL(url)
}

/** What was collected and how, in one file that builds the dataset anew. */
export function Recipe({ datasetId }: { readonly datasetId: string }) {
  const api = useApi()
  const toast = useToast()
  const [isShown, setShown] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: keys.recipe(datasetId),
    queryFn: () => api.recipe(datasetId),
    enabled: isShown,
  })
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => toast('Copied the recipe.'),
      () => toast('The browser did not allow copying. Save it instead.', 'warning'),
    )
  return (
    <section className="card stack" aria-label="Recipe">
      <h2 className="card-title">Recipe</h2>
      <p className="soft">
        Classes, goals, queries, settings, splits and exports as a file: give it to somebody who is to build
        the same set, or keep it under version control. “gleaner recipe apply {fileName}” follows it.
      </p>
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {isShown && data ? (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
          <pre className="recipe" tabIndex={0}>
            {data.recipe}
          </pre>
          <div className="row">
            <Button icon="download" onPress={() => save(data.recipe)}>
              Save {fileName}
            </Button>
            <Button kind="quiet" icon="copy" onPress={() => void copy(data.recipe)}>
              Copy
            </Button>
          </div>
        </>
      ) : (
        <div>
          <Button isPending={isShown && !error} onPress={() => setShown(true)}>
            Show the recipe
          </Button>
        </div>
      )}
    </section>
  )
}
