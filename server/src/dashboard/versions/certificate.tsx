import type { LeakCertificate } from '@gleaner/shared/splits'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { Picture } from '../parts/picture.tsx'
import { formatCount } from '../text/format.ts'
import { certificateWords } from './version-words.ts'

interface CertificateProps {
  readonly datasetId: string
  readonly certificate: LeakCertificate
}

/** Whether splits of a version share copies, and which. */
export function Certificate({ datasetId, certificate }: CertificateProps) {
  const { tone, say, more } = certificateWords(certificate)
  const { byClass, examples, pairs } = certificate
  return (
    <div className="certificate">
      <p className={`certificate-say certificate-${tone}`}>
        <Icon name={tone === 'good' ? 'check' : 'alert'} sizePx={16} />
        {say}
      </p>
      <p className="small soft">{more}</p>
      {pairs > 0 ? (
        <details className="certificate-more">
          <summary>Which</summary>
          <p className="small">
            {byClass.map(({ label, pairs: count }, index) => (
              <span key={label}>
                {index > 0 ? ' · ' : ''}
                <bdi>{label}</bdi> {formatCount(count)}
              </span>
            ))}
          </p>
          <ul className="certificate-pairs">
            {examples.map(({ a, b, distanceBits }) => (
              <li key={`${a} ${b}`}>
                <Picture datasetId={datasetId} imageId={a} alt="One picture" fit="contain" />
                <Picture datasetId={datasetId} imageId={b} alt="Its copy in another split" fit="contain" />
                <span className="small soft">{distanceBits} bits</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  )
}
