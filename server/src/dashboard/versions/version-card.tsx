import { Button } from '@gleaner/shared/ui/button.tsx'
import type { VersionSummary } from '@gleaner/shared/versions'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { CopyText } from '../parts/copy-text.tsx'
import { SplitBar } from '../splits/split-bar.tsx'
import { formatBytes, formatNoun, formatTime } from '../text/format.ts'
import { Certificate } from './certificate.tsx'
import { VersionForm } from './version-form.tsx'

interface VersionCardProps {
  readonly datasetId: string
  readonly version: VersionSummary
  /** The one before it, to compare with. */
  readonly earlier: VersionSummary | undefined
}

/** One version: what it holds, whether its splits are clean, and what to do with it. */
export function VersionCard({ datasetId, version, earlier }: VersionCardProps) {
  const { id, name, description, digest, createdAtMs, by, images, classes, splits, sizeBytes, gone } = version
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null)
  const api = useApi()
  const cache = useQueryClient()
  const { mutateAsync } = useMutation({
    mutationFn: () => api.deleteVersion(datasetId, id),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.versions(datasetId) }),
  })
  const base = `/datasets/${datasetId}`
  const close = () => setAsked(null)
  return (
    <li className="card version">
      <div className="version-head">
        <div className="version-words">
          <h2 className="card-title">
            <bdi>{name}</bdi>
          </h2>
          <p className="small soft">
            {formatTime(createdAtMs)} · {by} · {formatNoun(images, 'picture')} in{' '}
            {formatNoun(classes, 'class', 'classes')} · {formatBytes(sizeBytes)}
          </p>
        </div>
        <div className="row">
          {earlier ? (
            <Link
              className="gl-button gl-button-plain gl-button-small"
              href={`${base}/versions/${earlier.id}/${id}`}
            >
              Compare
            </Link>
          ) : null}
          <Link className="gl-button gl-button-plain gl-button-small" href={`${base}/exports?version=${id}`}>
            Export
          </Link>
          <Button kind="quiet" size="small" icon="edit" onPress={() => setAsked('rename')}>
            Describe
          </Button>
          <Button kind="quiet" size="small" icon="trash" onPress={() => setAsked('delete')}>
            Delete
          </Button>
        </div>
      </div>
      {description ? <p className="version-about">{description}</p> : null}
      {gone > 0 ? (
        <p className="small version-gone">
          {formatNoun(gone, 'picture')} of it cannot be exported any more: the trash was emptied since.
        </p>
      ) : null}
      <SplitBar counts={splits} none={splits.none} isNamed />
      <Certificate datasetId={datasetId} certificate={version.certificate} />
      <CopyText text={digest} what="the digest" isShort />
      <VersionForm
        datasetId={datasetId}
        title="Describe the version"
        doLabel="Save"
        usual={{ name, description }}
        isOpen={asked === 'rename'}
        onClose={close}
        onSubmit={words => api.changeVersion(datasetId, id, words)}
      />
      <Confirm
        title={
          <>
            Delete version <bdi>{name}</bdi>?
          </>
        }
        doLabel="Delete version"
        isOpen={asked === 'delete'}
        onClose={close}
        onConfirm={() => mutateAsync()}
      >
        <p>Pictures and finished exports stay. Which pictures the version had cannot be told any more.</p>
      </Confirm>
    </li>
  )
}
