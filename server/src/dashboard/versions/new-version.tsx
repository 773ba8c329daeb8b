import { Switch } from '@gleaner/shared/ui/switch.tsx'
import { useState } from 'react'
import { useApi } from '../api/use-app.ts'
import { useToast } from '../parts/toasts.tsx'
import { formatNoun } from '../text/format.ts'
import { VersionForm } from './version-form.tsx'

interface NewVersionProps {
  readonly datasetId: string
  readonly isOpen: boolean
  readonly onClose: () => void
  /** What is offered as its name. */
  readonly offered: string
}

/** Writes down what the dataset is now, under a name. */
export function NewVersion({ offered, ...rest }: NewVersionProps) {
  const api = useApi()
  const toast = useToast()
  const [onlyKept, setOnlyKept] = useState(false)
  return (
    <VersionForm
      {...rest}
      title="New version"
      doLabel="Create version"
      usual={{ name: offered, description: '' }}
      onSubmit={async words => {
        const { images } = await api.createVersion(rest.datasetId, { ...words, onlyKept })
        toast(`Version “${words.name}” has ${formatNoun(images, 'picture')}.`)
      }}
      about={
        <p className="soft">
          A version never changes: these pictures, labels, boxes and splits. It takes next to no room, for
          pictures are not copied.
        </p>
      }
    >
      <Switch label="Only pictures that were kept in review" isSelected={onlyKept} onChange={setOnlyKept} />
    </VersionForm>
  )
}
