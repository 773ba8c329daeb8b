import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { IconButton } from './button.tsx'
import './dialog.css'

interface DialogProps {
  readonly title: ReactNode
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  /** Buttons at the foot, the main one last. */
  readonly actions?: ReactNode
  /** `alertdialog` for a question that must be answered: it does not close by a click beside it. */
  readonly role?: 'dialog' | 'alertdialog'
  /** `side` fills the right edge of a wide window and the whole of a narrow one. */
  readonly placement?: 'centre' | 'side'
}

/** A modal dialog: keeps the focus inside, closes by Escape, gives the focus back. */
export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, children, actions, role = 'dialog', placement = 'centre' } = props
  return (
    <ModalOverlay
      className={`gl-veil gl-veil-${placement}`}
      isOpen={isOpen}
      isDismissable={role === 'dialog'}
      onOpenChange={open => !open && onClose()}
    >
      <Modal className={`gl-modal gl-modal-${placement}`}>
        <AriaDialog className="gl-dialog" role={role}>
          <header className="gl-dialog-head">
            <Heading slot="title" className="gl-dialog-title">
              {title}
            </Heading>
            <IconButton icon="close" aria-label="Close" onPress={onClose} />
          </header>
          <div className="gl-dialog-body">{children}</div>
          {actions ? <footer className="gl-dialog-actions">{actions}</footer> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
