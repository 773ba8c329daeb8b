import type { DatasetDetail } from '@gleaner/shared/api'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { PageHead } from '../parts/page-head.tsx'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { type Draft, readDraft, toDraft } from './draft.ts'
import { ServerSettings } from './server-settings.tsx'
import { SettingsFields } from './settings-fields.tsx'
import { Storage } from './storage.tsx'
import './settings.css'

const areSame = (a: Draft, b: Draft) => JSON.stringify(a) === JSON.stringify(b)

/** Asks before the window is closed over changes that were not saved. */
function useLeaveGuard(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return
    const guard = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', guard)
    return () => window.removeEventListener('beforeunload', guard)
  }, [isChanged])
}

function SettingsForm({ dataset }: { readonly dataset: DatasetDetail }) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const saved = toDraft(dataset.name, dataset.settings)
  const [draft, setDraft] = useState(saved)
  const { name, settings, errors } = readDraft(draft)
  const isChanged = !areSame(draft, saved)
  const isValid = Object.keys(errors).length === 0
  useLeaveGuard(isChanged)
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.changeDataset(dataset.id, { name, settings }),
    onSuccess: detail => {
      cache.setQueryData(keys.settings(dataset.id), detail)
      setDraft(toDraft(detail.name, detail.settings))
      void cache.refetchQueries({ queryKey: keys.overview })
      toast('Settings saved.')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isChanged && isValid) mutate()
  }
  const change = (patch: Partial<Draft>) => setDraft(current => ({ ...current, ...patch }))
  return (
    <form className="settings" onSubmit={submit} noValidate>
      <SettingsFields draft={draft} errors={errors} onChange={change} />
      {error ? <Problem error={error} /> : null}
      {isChanged ? (
        <div className="save-bar">
          <p>{isValid ? 'Changes are not saved yet.' : 'Some values need another look.'}</p>
          <div className="row">
            <Button kind="quiet" onPress={() => setDraft(saved)}>
              Discard
            </Button>
            <Button kind="primary" type="submit" isDisabled={!isValid} isPending={isPending}>
              Save changes
            </Button>
          </div>
        </div>
      ) : null}
    </form>
  )
}

/** How a dataset treats what arrives. */
export default function SettingsPage({ datasetId }: { readonly datasetId: string }) {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: keys.settings(datasetId),
    queryFn: () => api.dataset(datasetId),
  })
  return (
    <>
      <PageHead
        title="Settings"
        about="Changes apply to pictures collected from now on; those already stored stay as they are."
      />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data ? <SettingsForm dataset={data} /> : null}
      {data ? (
        <div className="settings">
          <Storage datasetId={datasetId} />
        </div>
      ) : null}
      {data || error ? null : <p className="page-wait">Loading…</p>}
      <ServerSettings />
    </>
  )
}
