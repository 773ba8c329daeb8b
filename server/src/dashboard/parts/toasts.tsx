import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import './toasts.css'

type Tone = 'good' | 'warning'
interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: Tone
  readonly action: ToastAction | undefined
}

/** A shortcut to what can be done elsewhere as well, such as an undo. */
export interface ToastAction {
  readonly label: string
  readonly run: () => void
}

const ToastContext = createContext<(text: string, tone?: Tone, action?: ToastAction) => void>(() => undefined)

/** Says in passing what was done. Nothing a person must act upon belongs here. */
export const useToast = () => useContext(ToastContext)

const shownMs = 6000
const actionMs = 10_000

interface ActionButtonProps {
  readonly id: number
  readonly action: ToastAction | undefined
  readonly onDone: (id: number) => void
}

function ActionButton({ id, action, onDone }: ActionButtonProps) {
  if (!action) return null
  const press = () => {
    onDone(id)
    action.run()
  }
  return (
    <button type="button" className="toast-action" onClick={press}>
      {action.label}
    </button>
  )
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const drop = useCallback((id: number) => setToasts(current => current.filter(toast => toast.id !== id)), [])
  const show = useCallback(
    (text: string, tone: Tone = 'good', action?: ToastAction) => {
      const id = performance.now()
      setToasts(current => [...current.slice(-2), { id, text, tone, action }])
      setTimeout(() => drop(id), action ? actionMs : shownMs)
    },
    [drop],
  )
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status">
        {toasts.map(toast => (
          <p key={toast.id} className={`toast toast-${toast.tone}`}>
            <Icon name={toast.tone === 'good' ? 'check' : 'alert'} sizePx={16} />
            <bdi>{toast.text}</bdi>
            <ActionButton id={toast.id} action={toast.action} onDone={drop} />
          </p>
        ))}
      </div>
    </ToastContext>
  )
}
