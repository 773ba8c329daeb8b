import { Button } from '@gleaner/shared/ui/button.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useNoteAct } from '../shell/undo.tsx'
import { formatNoun } from '../text/format.ts'
import { reasonOfError } from '../text/reasons.ts'

/** Pictures a person wants on one side, whatever they look like. */
export function ChosenGroups({ datasetId }: { readonly datasetId: string }) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const note = useNoteAct()
  const { data, error, refetch } = useQuery({
    queryKey: keys.chosenGroups(datasetId),
    queryFn: () => api.chosenGroups(datasetId),
  })
  const apart = useMutation({
    mutationFn: (groupId: number) => api.letApart(datasetId, groupId),
    onSuccess: () => {
      note(datasetId)
      return cache.invalidateQueries({ queryKey: keys.splits(datasetId) })
    },
    onError: refused => toast(reasonOfError(refused).say, 'warning'),
  })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data || data.groups.length === 0) return null
  return (
    <section className="card stack" aria-label="Groups you chose">
      <h2 className="card-title">Kept together by you</h2>
      <ul className="chosen-groups">
        {data.groups.map(({ id, name, imageIds }) => (
          <li key={id}>
            <span className="chosen-name">
              <bdi>{name}</bdi> <span className="soft small">{formatNoun(imageIds.length, 'picture')}</span>
            </span>
            <Button size="small" aria-label={`Let ${name} apart`} onPress={() => apart.mutate(id)}>
              Let apart
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
