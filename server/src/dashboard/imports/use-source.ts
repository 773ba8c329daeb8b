import type { ImportFormat, ImportSeen } from '@gleaner/shared/imports'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../api/use-app.ts'
import { type NamedClass, proposalsOf } from './class-names.ts'

interface Look {
  readonly seen: ImportSeen
  readonly classes: readonly NamedClass[]
}

/**
 * What is to be imported: a path, or a file that is handed to the server once, be it to be looked through or to be imported.
 *
 * @param own - labels of the dataset's classes
 */
export function useSource(own: readonly string[], format: ImportFormat | undefined) {
  const api = useApi()
  const [path, setPath] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [upload, setUpload] = useState<string | null>(null)
  const [sentBytes, setSentBytes] = useState(0)
  const [look, setLook] = useState<Look | null>(null)

  const place = async () => {
    if (!file) return { path: path.trim() }
    if (upload !== null) return { upload }
    setSentBytes(0)
    const sent = await api.upload(file, setSentBytes)
    setUpload(sent)
    return { upload: sent }
  }
  const looking = useMutation({
    mutationFn: async () => api.lookThrough({ ...(await place()), ...(format && { format }) }),
    onSuccess: seen => setLook({ seen, classes: proposalsOf(seen.names, own) }),
  })
  const forget = () => {
    setUpload(null)
    setLook(null)
    looking.reset()
  }

  return {
    path,
    file,
    sentBytes,
    look,
    looking,
    /** Where the server finds it. */
    place,
    isReady: file !== null || path.trim() !== '',
    setPath: (to: string) => {
      setPath(to)
      forget()
    },
    setFile: (to: File | null) => {
      setFile(to)
      forget()
    },
    setClasses: (classes: readonly NamedClass[]) => setLook(look && { ...look, classes }),
    /** Of another form it has other classes. */
    forgetLook: () => setLook(null),
  }
}
