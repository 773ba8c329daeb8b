import { importFormats } from '@gleaner/shared/imports'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Problem } from '../parts/problem.tsx'
import { useToast } from '../parts/toasts.tsx'
import { formatBytes } from '../text/format.ts'
import { formatWords } from './import-words.ts'

const anyFormat = 'any'

interface FileFieldProps {
  readonly file: File | null
  readonly onChange: (file: File | null) => void
}

/** An archive or a list whose path the page cannot know. */
function FileField({ file, onChange }: FileFieldProps) {
  const id = useId()
  return (
    <div className="import-file">
      <label className="gl-label" htmlFor={id}>
        Or an archive, list or description from this computer
      </label>
      <input
        id={id}
        type="file"
        accept=".zip,.tar,.tgz,.gz,.csv,.tsv,.jsonl,.ndjson,.txt,.json,.parquet,.tfrecord"
        onChange={event => onChange(event.target.files?.[0] ?? null)}
      />
      {file ? <p className="gl-description">{formatBytes(file.size)}</p> : null}
    </div>
  )
}

interface NewImportProps {
  readonly datasetId: string
  /** Name of the dataset. */
  readonly dataset: string
}

/** Says what is to be brought in. */
export function NewImport({ datasetId, dataset }: NewImportProps) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const [path, setPath] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [fileKey, setFileKey] = useState(0)
  const [format, setFormat] = useState(anyFormat)
  const [label, setLabel] = useState('')
  const [doesPin, setPin] = useState(true)
  const [doesFetch, setFetch] = useState(false)
  const [sentBytes, setSentBytes] = useState(0)
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const source = file ? { upload: await api.upload(file, setSentBytes) } : { path: path.trim() }
      const named = importFormats.find(one => one === format)
      return api.startImport({
        ...{ ...source, dataset, splits: doesPin ? 'pin' : 'ignore', fetch: doesFetch },
        ...(named && { format: named }),
        ...(label.trim() !== '' && { class: label.trim() }),
      })
    },
    onMutate: () => setSentBytes(0),
    onSuccess: () => {
      setPath('')
      setFile(null)
      setFileKey(key => key + 1)
      toast('The import has begun.')
      return cache.invalidateQueries({ queryKey: keys.imports(datasetId) })
    },
  })
  const isReady = file !== null || path.trim() !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady && !isPending) mutate()
  }
  return (
    <form className="card stack" onSubmit={submit} aria-label="New import">
      <div className="import-fields">
        <TextField
          label="Folder, archive or list on this computer"
          placeholder="/home/me/pictures"
          description="Its whole path. Nothing in it is changed."
          value={path}
          onChange={setPath}
          isDisabled={file !== null}
        />
        <FileField key={fileKey} file={file} onChange={setFile} />
        <Select
          label="What it is"
          options={[
            { id: anyFormat, label: 'Find out' },
            ...importFormats.map(id => ({ id, label: formatWords[id] })),
          ]}
          value={format}
          onChange={setFormat}
        />
        <TextField
          label="Class of what names none"
          description="Empty: such pictures are left out, and counted."
          value={label}
          onChange={setLabel}
          maxLength={64}
        />
      </div>
      <div className="import-switches">
        <Switch
          label="Hold pictures to the splits it names"
          description="As if you had pinned them."
          isSelected={doesPin}
          onChange={setPin}
        />
        <Switch
          label="Fetch pictures that are named by an address alone"
          description="Their hosts are asked, as when you collect."
          isSelected={doesFetch}
          onChange={setFetch}
        />
      </div>
      {error ? <Problem error={error} /> : null}
      {isPending && file ? (
        <ProgressBar
          label="Handing it to the server"
          isLabelled
          value={sentBytes}
          max={Math.max(1, file.size)}
          valueLabel={`${formatBytes(sentBytes)} of ${formatBytes(file.size)}`}
        />
      ) : null}
      <div>
        <Button kind="primary" icon="import" type="submit" isDisabled={!isReady} isPending={isPending}>
          Import
        </Button>
      </div>
    </form>
  )
}
