import { Button } from '@gleaner/shared/ui/button.tsx'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { engines, siteOf } from '../platform/engines.ts'
import { ask } from '../platform/messages.ts'
import { isGranted, requestOrigins } from '../platform/permissions.ts'
import { NoResults } from './no-results.tsx'

interface SitePromptProps {
  readonly tabId: number
  /** Address of the page; `undefined` where the browser does not tell. */
  readonly address: string | undefined
  /** Called when the person has just allowed a site whose first results came before anybody heard them. */
  readonly cameLate: () => void
}

/** What to do on a page that is not read yet: allow its site, or search somewhere else. */
export function SitePrompt({ tabId, address, cameLate }: SitePromptProps) {
  const client = useQueryClient()
  const site = siteOf(address ?? '', engines)
  const origins = site?.origins ?? []
  const granted = useQuery({
    queryKey: ['granted', origins],
    queryFn: () => isGranted(origins),
    enabled: origins.length > 0,
  })
  const enter = useMutation({
    mutationFn: () => ask('enterTab', { tabId }),
    onSettled: () => client.invalidateQueries(),
  })
  const { mutate } = enter
  const isOpen = site !== undefined && !site.isInstalled && granted.data === true
  useEffect(() => {
    if (isOpen) mutate()
  }, [isOpen, mutate])

  if (!site) return <NoResults isKnownEngine={false} />
  if (site.isInstalled) return <NoResults isKnownEngine isUnread />
  if (isOpen) return enter.isError ? <NoResults isKnownEngine isUnread /> : null
  const allow = async () => {
    if (await requestOrigins(origins)) {
      if (site.hasAnswers) cameLate()
      await ask('enterTab', { tabId })
    }
    await client.invalidateQueries()
  }
  return (
    <section className="popup-empty">
      <Icon name={site.isEngine ? 'search' : 'image'} sizePx={28} />
      <h2>
        {site.isEngine ? (
          site.label
        ) : (
          <>
            This page: <bdi>{site.label}</bdi>
          </>
        )}
      </h2>
      <p>
        {site.isEngine
          ? 'Gleaner can read its image results, once you allow it to read this site.'
          : 'Gleaner can look for pictures here, once you allow it to read this site.'}
      </p>
      <Button kind="primary" size="large" onPress={() => void allow()}>
        Allow on {site.label}
      </Button>
      <p className="popup-small">Your browser asks once more. You can take it back in the options.</p>
    </section>
  )
}
