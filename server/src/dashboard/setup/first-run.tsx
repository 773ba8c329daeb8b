import { Icon } from '@gleaner/shared/ui/icon.tsx'
import type { ReactNode } from 'react'
import { useOverview } from '../api/use-app.ts'
import { CopyText } from '../parts/copy-text.tsx'
import { nextStep } from './next-step.ts'
import { PairingPanel } from './pairing-panel.tsx'
import './setup.css'

interface StepProps {
  readonly number: number
  readonly title: string
  readonly isDone: boolean
  /** Whether it is the one to do now. */
  readonly isNext: boolean
  readonly doneWords: string
  readonly children: ReactNode
}

function Step({ number, title, isDone, isNext, doneWords, children }: StepProps) {
  const state = isDone ? 'done' : isNext ? 'next' : 'later'
  return (
    <li className={`step step-${state}`} aria-current={isNext ? 'step' : undefined}>
      <span className="step-mark">{isDone ? <Icon name="check" /> : number}</span>
      <div className="step-words">
        <h2>
          {title}
          <span className="gl-visually-hidden">{isDone ? ' (done)' : ' (to do)'}</span>
        </h2>
        {isDone ? <p className="soft">{doneWords}</p> : children}
      </div>
    </li>
  )
}

function LoadStep({ folder }: { readonly folder: string }) {
  return (
    <ol className="step-list">
      <li>
        Open <CopyText text="chrome://extensions" what="the address" isShort /> in Chrome, Edge or Chromium.
        The browser does not let a page link there: copy it into the address bar.
      </li>
      <li>
        Switch on <b>Developer mode</b>.
      </li>
      <li>
        Press <b>Load unpacked</b> and choose this folder:
        <CopyText text={folder} what="the folder" />
      </li>
    </ol>
  )
}

function CollectStep() {
  return (
    <ol className="step-list">
      <li>Search for pictures on Google Images, Bing Images or Yandex Images, as you always do.</li>
      <li>In the Gleaner bar on the page, say which class the pictures show.</li>
      <li>
        Press <b>Collect</b>. The pictures turn up here within seconds.
      </li>
    </ol>
  )
}

/** The way from nothing to the first pictures, ticking itself off. */
export function FirstRun() {
  const { setup } = useOverview()
  const next = nextStep(setup)
  return (
    <ol className="steps" aria-label="Getting started">
      <Step
        number={1}
        title="Load the extension into your browser"
        isDone={next > 0}
        isNext={next === 0}
        doneWords="The extension is there."
      >
        <LoadStep folder={setup.extensionFolder} />
      </Step>
      <Step
        number={2}
        title="Connect it to this server"
        isDone={next > 1}
        isNext={next === 1}
        doneWords="Connected. More browsers can be connected under Browsers."
      >
        <p>
          Only a browser you have connected may send pictures here. Get a code, then type it into the
          extension.
        </p>
        <PairingPanel kind={next === 1 ? 'primary' : 'plain'} />
      </Step>
      <Step
        number={3}
        title="Collect your first pictures"
        isDone={next > 2}
        isNext={next === 2}
        doneWords="The first pictures are on their way into their class folder."
      >
        <CollectStep />
      </Step>
    </ol>
  )
}
