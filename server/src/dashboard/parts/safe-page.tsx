import { Button } from '@gleaner/shared/ui/button.tsx'
import { Component, type ReactNode } from 'react'
import { Empty } from './empty.tsx'
import { PageHead } from './page-head.tsx'

interface SafePageProps {
  /** Another page is tried anew. */
  readonly path: string
  readonly children: ReactNode
}

interface SafePageState {
  readonly hasFailed: boolean
  readonly path: string
}

/**
 * A page that fails to be drawn, or whose part the server does not have any more after an update, takes nothing else with
 * it. A class, since nothing else can catch what is thrown while drawing.
 */
export class SafePage extends Component<SafePageProps, SafePageState> {
  override state: SafePageState = { hasFailed: false, path: this.props.path }

  static getDerivedStateFromError(): Partial<SafePageState> {
    return { hasFailed: true }
  }

  static getDerivedStateFromProps({ path }: SafePageProps, state: SafePageState): SafePageState | null {
    return path === state.path ? null : { hasFailed: false, path }
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <>
        <PageHead title="This page could not be shown" />
        <Empty
          icon="alert"
          title="Something went wrong while it was drawn"
          actions={
            <Button kind="primary" icon="refresh" onPress={() => location.reload()}>
              Load it again
            </Button>
          }
        >
          Most likely the server was updated while the page was open. Nothing is lost: what was saved is
          saved.
        </Empty>
      </>
    )
  }
}
