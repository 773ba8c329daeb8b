import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { webAddress } from '../text/web-address.ts'
import './web-link.css'

interface WebLinkProps {
  /** An address as a page gave it. */
  readonly address: string
  /** Shows only the host. */
  readonly isShort?: boolean
  /** What a page calls it; the host stands beside it, for a name proves nothing. */
  readonly text?: string | undefined
}

/** An address from the web: a link where it is http(s), mere text where it is anything else. */
export function WebLink({ address, isShort = false, text }: WebLinkProps) {
  const web = webAddress(address)
  if (!web) return <bdi className="web-text">{text ?? address}</bdi>
  return (
    <a className="web-link" href={web.href} target="_blank" rel="noopener noreferrer" title={web.href}>
      {text === undefined ? null : (
        <>
          <bdi>{text}</bdi>{' '}
        </>
      )}
      <bdi>
        <span className="web-link-host">{web.host}</span>
        {isShort || text !== undefined ? null : <span className="web-link-tail">{web.tail}</span>}
      </bdi>
      <Icon name="external" sizePx={13} />
    </a>
  )
}
