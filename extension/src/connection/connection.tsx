import { catalogue, type ErrorCode, isAppError } from '@gleaner/shared/errors'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ServerStatus } from '../platform/message-table.ts'
import { askToReachServer } from '../platform/permissions.ts'
import { openOptions } from '../platform/runtime.ts'
import './connection.css'
import { PairingForm } from './pairing-form.tsx'

/** Code of an error that crossed from the background. */
export const codeOf = (error: unknown): ErrorCode => (isAppError(error) ? error.code : 'HARVEST_INTERNAL')

/** Address of the dashboard. */
export const dashboardUrl = (port: number) => `http://127.0.0.1:${port}/`

/** A short word for the state, for the line beside the dot. */
const stateWords: { readonly [Code in ErrorCode]?: string } = {
  SERVER_NOT_RUNNING: 'Server not running',
  SERVER_NOT_OURS: 'Not your server',
  SERVER_NOT_PAIRED: 'Not connected',
  SERVER_PERMISSION: 'Access not allowed',
  PROTOCOL_VERSION: 'Versions do not fit',
}

/** The coloured dot with its word: colour is never the only sign. */
export function ConnectionDot({ status }: { readonly status: ServerStatus | undefined }) {
  const [tone, word] =
    status === undefined
      ? ['unknown', 'Checking']
      : status.code === null
        ? ['good', 'Connected']
        : ['bad', stateWords[status.code] ?? 'Trouble']
  return (
    <span className={`connection-dot connection-${tone}`} role="status">
      <span className="connection-light" aria-hidden="true" />
      {word}
    </span>
  )
}

interface MendProps {
  readonly status: ServerStatus
  /** Whether this is the options page already. */
  readonly isOptions?: boolean
}

/** What is wrong with the connection and the one step that mends it; nothing while all is well. */
export function Mend({ status, isOptions = false }: MendProps) {
  const client = useQueryClient()
  const again = () => client.invalidateQueries()
  const { code } = status
  if (code === null) return null
  const { say, hint } = catalogue[code]
  const notice = (hintWords: ReactNode, actions?: ReactNode) => (
    <Notice tone="warning" title={say} actions={actions} role="status">
      {hintWords}
    </Notice>
  )
  switch (code) {
    case 'SERVER_NOT_PAIRED':
      return <PairingForm port={status.port} paired={again} />
    case 'SERVER_PERMISSION':
      return notice(
        hint,
        <Button kind="primary" onPress={() => void askToReachServer().then(again)}>
          Allow access
        </Button>,
      )
    case 'SERVER_NOT_RUNNING':
      return notice(
        <>
          Run <code>npm start</code> in the Gleaner folder. This page notices by itself.
        </>,
      )
    case 'SERVER_NOT_OURS':
      return notice(hint, isOptions ? null : <Button onPress={() => void openOptions()}>Open options</Button>)
    default:
      return notice(hint)
  }
}
