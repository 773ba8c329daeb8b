import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { webAddress } from '../text/web-address.ts'
import './web-link.css'

interface WebLinkProps {
  /** An address as a page gave it. */
  readonly address: string
  /** Shows only the host. */
  readonly isShort?: boolean
}

/** An address from the web: a link where it is http(s), mere text where it is anything else. */
export function WebLink({ address, isShort = false }: WebLinkProps) {
  const web = webAddress(address)
  if (!web) return <bdi className="web-text">{address}</bdi>
  return (
    <a className="web-link" href={web.href} target="_blank" rel="noopener noreferrer" title={web.href}>
      <bdi>
        <span className="web-link-host">{web.host}</span>
        {isShort ? null : <span className="web-link-tail">{web.tail}</span>}
      </bdi>
      <Icon name="external" sizePx={13} />
    </a>
  )
}
