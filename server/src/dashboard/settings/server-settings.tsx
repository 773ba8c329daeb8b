import type { IngestSettings } from '@gleaner/shared/activity'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { Appearance } from './appearance.tsx'
import { Part } from './part.tsx'
import { readRate, toRateText } from './rate-draft.ts'

function ServerForm({ settings }: { readonly settings: IngestSettings }) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const saved = toRateText(settings.maxBytesPerSecond)
  const [text, setText] = useState(saved)
  const rate = readRate(text)
  const isChanged = text.trim() !== saved
  const { mutate, isPending, error } = useMutation({
    mutationFn: (maxBytesPerSecond: number | null) => api.changeIngestSettings({ maxBytesPerSecond }),
    onSuccess: changed => {
      cache.setQueryData(keys.ingestSettings, changed)
      setText(toRateText(changed.maxBytesPerSecond))
      toast('Bandwidth cap saved.')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isChanged && rate.error === undefined) mutate(rate.maxBytesPerSecond)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Part title="Bandwidth" about="Holds for all datasets of this server, at once, and over a restart.">
        <TextField
          label="Receive not more than"
          unit="MB/s"
          inputMode="decimal"
          placeholder="no bound"
          description="From all hosts together. Leave it empty for no bound; 1 MB/s is 8 Mbit/s."
          value={text}
          onChange={setText}
          isInvalid={rate.error !== undefined}
          errorMessage={rate.error ?? ''}
        />
        <span className="setting-save">
          <Button type="submit" isDisabled={!isChanged || rate.error !== undefined} isPending={isPending}>
            Save the cap
          </Button>
        </span>
        {error ? <Problem error={error} /> : null}
      </Part>
    </form>
  )
}

/** What holds for the whole server, whichever dataset is looked at. */
export function ServerSettings() {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: keys.ingestSettings,
    queryFn: api.ingestSettings,
    staleTime: 0,
  })
  return (
    <section className="settings" aria-labelledby="server-settings">
      <h2 className="settings-title" id="server-settings">
        Server
      </h2>
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      {data ? <ServerForm settings={data} /> : null}
      <Part title="Browsers" about="Extensions that may send pictures to this server.">
        <p>
          <Link href="/connections">See, connect and forget browsers</Link>
        </p>
      </Part>
      <Appearance />
    </section>
  )
}
