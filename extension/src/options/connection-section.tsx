import { defaultPort } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ConnectionDot, dashboardUrl, Mend } from '../connection/connection.tsx'
import type { ServerStatus, SettingsView } from '../platform/message-table.ts'
import { ask } from '../platform/messages.ts'

interface ConnectionSectionProps {
  readonly settings: SettingsView
  readonly status: ServerStatus | undefined
}

export function ConnectionSection({ settings, status }: ConnectionSectionProps) {
  const client = useQueryClient()
  const forget = useMutation({
    mutationFn: () => ask('forget', {}),
    onSuccess: () => client.invalidateQueries(),
  })
  return (
    <section className="options-section" aria-labelledby="connection">
      <div className="options-title">
        <h2 id="connection">Your server</h2>
        <ConnectionDot status={status} />
      </div>
      {status ? <Mend status={status} isOptions /> : null}
      <AddressForm key={settings.port} port={settings.port} />
      {settings.isPaired ? (
        <div className="options-row">
          <p>
            This browser is paired with the server. The{' '}
            <a href={dashboardUrl(settings.port)} target="_blank" rel="noreferrer">
              dashboard
            </a>{' '}
            can end that as well.
          </p>
          <Button isPending={forget.isPending} onPress={() => forget.mutate()}>
            Forget the server
          </Button>
        </div>
      ) : null}
    </section>
  )
}

/** A port from 1 to 65535, or `undefined`. */
function toPort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0
  return port >= 1 && port <= 65535 ? port : undefined
}

function AddressForm({ port }: { readonly port: number }) {
  const client = useQueryClient()
  const [text, setText] = useState(String(port))
  const wanted = toPort(text)
  const save = useMutation({
    mutationFn: (next: number) => ask('setPort', { port: next }),
    onSuccess: () => client.invalidateQueries(),
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    if (wanted !== undefined) save.mutate(wanted)
  }

  return (
    <form className="options-address" onSubmit={submit}>
      <TextField
        label="Address"
        value="127.0.0.1"
        isReadOnly
        description="Your server is always on this computer."
      />
      <TextField
        label="Port"
        value={text}
        onChange={setText}
        inputMode="numeric"
        maxLength={5}
        validationBehavior="aria"
        isInvalid={wanted === undefined}
        description={`${defaultPort} unless the server was told otherwise.`}
        errorMessage="Use a number from 1 to 65535."
      />
      <Button type="submit" isPending={save.isPending} isDisabled={wanted === undefined || wanted === port}>
        Save
      </Button>
    </form>
  )
}
