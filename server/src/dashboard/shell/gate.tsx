import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import type { SessionState } from '../api/session.ts'
import { CopyText } from '../parts/copy-text.tsx'
import { reasonOf } from '../text/reasons.ts'
import { Brand } from './brand.tsx'

const openCommand = 'npm run gleaner -- open'

function Locked({ isLinkUsed }: { readonly isLinkUsed: boolean }) {
  return (
    <>
      <h1>Open the dashboard from its link</h1>
      {isLinkUsed ? (
        <Notice tone="warning" title="This link was used already or is too old." role="status">
          Each link opens the dashboard once.
        </Notice>
      ) : null}
      <p>
        Only you may see and change your datasets, so the dashboard opens from the link that the terminal
        shows when Gleaner starts.
      </p>
      <p>For a new link, run this in the Gleaner folder:</p>
      <CopyText text={openCommand} what="the command" />
    </>
  )
}

function Unreachable() {
  const { say, hint } = reasonOf('SERVER_NOT_RUNNING')
  return (
    <>
      <h1>{say}</h1>
      <p>{hint} This page opens by itself as soon as the server answers.</p>
      <ProgressBar label="Trying to reach the server" />
    </>
  )
}

/** What stands in place of the dashboard while there is no session. */
export function Gate({ state }: { readonly state: Exclude<SessionState, 'open'> }) {
  if (state === 'opening') return <p className="page-wait">Opening…</p>
  return (
    <main className="page-alone">
      <Brand />
      <section className="card stack">
        {state === 'unreachable' ? <Unreachable /> : <Locked isLinkUsed={state === 'link-used'} />}
      </section>
    </main>
  )
}
