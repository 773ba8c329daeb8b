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
import { isNothing, mapOf } from './class-names.ts'
import { ClassNames } from './class-names.tsx'
import { formatWords } from './import-words.ts'
import { useSource } from './use-source.ts'

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
  /** Labels of its classes. */
  readonly classes: readonly string[]
}

interface SwitchesProps {
  readonly doesPin: boolean
  readonly onPin: (does: boolean) => void
  readonly doesFetch: boolean
  readonly onFetch: (does: boolean) => void
}

function Switches({ doesPin, onPin, doesFetch, onFetch }: SwitchesProps) {
  return (
    <div className="import-switches">
      <Switch
        label="Hold pictures to the splits it names"
        description="As if you had pinned them."
        isSelected={doesPin}
        onChange={onPin}
      />
      <Switch
        label="Fetch pictures that are named by an address alone"
        description="Their hosts are asked, as when you collect."
        isSelected={doesFetch}
        onChange={onFetch}
      />
    </div>
  )
}

/** While a file is on its way to the server. */
function Sending({ file, sentBytes }: { readonly file: File; readonly sentBytes: number }) {
  return (
    <ProgressBar
      label="Handing it to the server"
      isLabelled
      value={sentBytes}
      max={Math.max(1, file.size)}
      valueLabel={`${formatBytes(sentBytes)} of ${formatBytes(file.size)}`}
    />
  )
}

/** Says what is to be brought in. */
export function NewImport({ datasetId, dataset, classes }: NewImportProps) {
  const api = useApi()
  const cache = useQueryClient()
  const toast = useToast()
  const [fileKey, setFileKey] = useState(0)
  const [format, setFormat] = useState(anyFormat)
  const [label, setLabel] = useState('')
  const [doesPin, setPin] = useState(true)
  const [doesFetch, setFetch] = useState(false)
  const named = importFormats.find(one => one === format)
  const source = useSource(classes, named)
  const { path, file, look, looking, isReady } = source
  const map = look ? mapOf(look.classes, look.seen.isWhole) : undefined
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () =>
      api.startImport({
        ...{ ...(await source.place()), dataset, splits: doesPin ? 'pin' : 'ignore', fetch: doesFetch },
        ...(named && { format: named }),
        ...(map && { map }),
        ...(label.trim() !== '' && { class: label.trim() }),
      }),
    onSuccess: () => {
      source.setPath('')
      source.setFile(null)
      setFileKey(key => key + 1)
      toast('The import has begun.')
      return cache.invalidateQueries({ queryKey: keys.imports(datasetId) })
    },
  })
  const mayImport = isReady && !looking.isPending && !(look && isNothing(look.classes))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (mayImport && !isPending) mutate()
  }
  const chooseFormat = (to: string) => {
    setFormat(to)
    source.forgetLook()
  }
  return (
    <form className="card stack" onSubmit={submit} aria-label="New import">
      <div className="import-fields">
        <TextField
          label="Folder, archive or list on this computer"
          placeholder="/home/me/pictures"
          // A field that is not for use has nothing to explain.
          {...(file === null && { description: 'Its whole path. Nothing in it is changed.' })}
          value={path}
          onChange={source.setPath}
          isDisabled={file !== null}
        />
        <FileField key={fileKey} file={file} onChange={source.setFile} />
        <Select
          label="What it is"
          options={[
            { id: anyFormat, label: 'Find out' },
            ...importFormats.map(id => ({ id, label: formatWords[id] })),
          ]}
          value={format}
          onChange={chooseFormat}
        />
        <TextField
          label="Class of what names none"
          description="Empty: such pictures are left out, and counted."
          value={label}
          onChange={setLabel}
          maxLength={64}
        />
      </div>
      <Switches doesPin={doesPin} onPin={setPin} doesFetch={doesFetch} onFetch={setFetch} />
      {look ? <ClassNames {...look} onChange={source.setClasses} /> : null}
      {error ? <Problem error={error} /> : null}
      {looking.error ? <Problem error={looking.error} /> : null}
      {(isPending || looking.isPending) && file ? <Sending file={file} sentBytes={source.sentBytes} /> : null}
      <div className="row">
        <Button kind="primary" icon="import" type="submit" isDisabled={!mayImport} isPending={isPending}>
          Import
        </Button>
        <Button
          isDisabled={!isReady || isPending}
          isPending={looking.isPending}
          onPress={() => looking.mutate()}
        >
          Look which classes are in it
        </Button>
      </div>
    </form>
  )
}
