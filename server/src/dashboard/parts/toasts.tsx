import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import './toasts.css'

type Tone = 'good' | 'warning'
interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: Tone
}

const ToastContext = createContext<(text: string, tone?: Tone) => void>(() => undefined)

/** Says in passing what was done. Nothing a person must act upon belongs here. */
export const useToast = () => useContext(ToastContext)

const shownMs = 6000

export function Toasts({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const show = useCallback((text: string, tone: Tone = 'good') => {
    const id = performance.now()
    setToasts(current => [...current.slice(-2), { id, text, tone }])
    setTimeout(() => setToasts(current => current.filter(toast => toast.id !== id)), shownMs)
  }, [])
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status">
        {toasts.map(toast => (
          <p key={toast.id} className={`toast toast-${toast.tone}`}>
            <Icon name={toast.tone === 'good' ? 'check' : 'alert'} sizePx={16} />
            <bdi>{toast.text}</bdi>
          </p>
        ))}
      </div>
    </ToastContext>
  )
}
