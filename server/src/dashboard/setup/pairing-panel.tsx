import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { useNow } from '../parts/use-now.ts'
import { formatClock } from '../text/format.ts'
import './setup.css'

interface OpenPairing {
  readonly code: string
  readonly endsAtMs: number
  /** Connected when the code was made; one more means it worked. */
  readonly known: ReadonlySet<string>
}

function Code({ pairing, onClose }: { readonly pairing: OpenPairing; readonly onClose: () => void }) {
  const leftMs = pairing.endsAtMs - useNow(500)
  if (leftMs <= 0) {
    return <Notice tone="warning" title="The code has expired. Get a new one." role="status" />
  }
  return (
    <div className="pairing" role="status">
      <p className="soft small">Type this code into the Gleaner popup of the browser:</p>
      <p className="pairing-code" data-testid="pairing-code">
        {pairing.code}
      </p>
      <p className="row small">
        <span className="soft">
          Valid for <span className="pairing-clock">{formatClock(leftMs)}</span>
        </span>
        <Button kind="quiet" size="small" onPress={onClose}>
          Cancel
        </Button>
      </p>
    </div>
  )
}

function usePairing(onPaired: ((name: string) => void) | undefined) {
  const api = useApi()
  const cache = useQueryClient()
  const [pairing, setPairing] = useState<OpenPairing | null>(null)
  const open = useMutation({
    mutationFn: async () => {
      const { clients } = await api.clients()
      const { code, expiresInMs } = await api.openPairing()
      return { code, endsAtMs: Date.now() + expiresInMs, known: new Set(clients.map(({ id }) => id)) }
    },
    onSuccess: setPairing,
  })
  const { data } = useQuery({
    queryKey: keys.clients,
    queryFn: api.clients,
    refetchInterval: pairing ? 1500 : false,
    enabled: pairing !== null,
  })
  const arrived = pairing ? data?.clients.find(({ id }) => !pairing.known.has(id)) : undefined
  useEffect(() => {
    if (!arrived) return
    setPairing(null)
    void cache.invalidateQueries({ queryKey: keys.clients })
    onPaired?.(arrived.name)
  }, [arrived, cache, onPaired])
  const close = () => {
    setPairing(null)
    void api.closePairing().catch(() => undefined)
  }
  return { pairing, open, close }
}

interface PairingPanelProps {
  readonly kind?: 'primary' | 'plain'
  readonly onPaired?: (name: string) => void
}

/** A button that opens a pairing, then its code with the time that is left. */
export function PairingPanel({ kind = 'primary', onPaired }: PairingPanelProps) {
  const { pairing, open, close } = usePairing(onPaired)
  const nowMs = useNow(1000)
  const isOver = pairing !== null && pairing.endsAtMs <= nowMs
  return (
    <div className="stack-close">
      {pairing ? <Code pairing={pairing} onClose={close} /> : null}
      {pairing && !isOver ? null : (
        <span>
          <Button kind={kind} icon="plug" isPending={open.isPending} onPress={() => open.mutate()}>
            {pairing ? 'New code' : 'Connect'}
          </Button>
        </span>
      )}
      {open.error ? <Problem error={open.error} /> : null}
    </div>
  )
}
