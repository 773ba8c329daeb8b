import { catalogue } from '@gleaner/shared/errors'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ask } from '../platform/messages.ts'
import { codeOf, dashboardUrl } from './connection.tsx'

interface PairingFormProps {
  readonly port: number
  readonly paired: () => void
}

/** Takes the code the dashboard shows and connects. */
export function PairingForm({ port, paired }: PairingFormProps) {
  const [code, setCode] = useState('')
  const pairing = useMutation({ mutationFn: () => ask('pair', { code: code.trim() }), onSuccess: paired })
  const failure = pairing.error ? catalogue[codeOf(pairing.error)] : undefined

  function submit(event: FormEvent) {
    event.preventDefault()
    if (code.trim() !== '') pairing.mutate()
  }

  return (
    <form className="pairing" onSubmit={submit}>
      <p>
        <strong>Connect to your server once.</strong> Press <em>Connect</em> in the{' '}
        <a href={dashboardUrl(port)} target="_blank" rel="noreferrer">
          dashboard
        </a>{' '}
        and type the code it shows.
      </p>
      <div className="pairing-row">
        <TextField
          label="Pairing code"
          isLabelHidden
          placeholder="Pairing code"
          value={code}
          onChange={value => {
            setCode(value)
            pairing.reset()
          }}
          validationBehavior="aria"
          maxLength={32}
          autoComplete="off"
          spellCheck="false"
          isInvalid={failure !== undefined}
          errorMessage={failure ? `${failure.say} ${failure.hint}` : ''}
        />
        <Button kind="primary" type="submit" isPending={pairing.isPending} isDisabled={code.trim() === ''}>
          Connect
        </Button>
      </div>
    </form>
  )
}
