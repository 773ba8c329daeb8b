/** What must not be in a fixture: hosts that are not invented, and what the saved page said. */
import type { HarvestedCandidate } from '../src/harvesters/harvest.ts'
import { mailAddress } from './pseudonyms.ts'

const invented = /(?:^|\.)example(?:\.org)?$/

/** Hosts a text names, as they stand or inside other addresses. */
export function hostsIn(text: string): readonly string[] {
  const forms = [text, decoded(text), decoded(decoded(text))].map(form => form.replaceAll('\\/', '/'))
  const found = forms.flatMap(form => [...form.matchAll(/(?:https?:|["'(=,\s])\/\/([^/"'\s&?\\#)<>,]+)/gi)])
  return [...new Set(found.map(([, host = '']) => host.toLowerCase()))]
}

function decoded(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, escapes => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}

/** @returns what speaks against keeping the text, in words; nothing when all is well */
export function leftovers(
  text: string,
  saved: readonly HarvestedCandidate[],
  isOwnHost: (host: string) => boolean,
): readonly string[] {
  const isStray = (host: string) => !invented.test(host) && !isOwnHost(host)
  const stray = hostsIn(text).filter(isStray)
  const mails = text.match(new RegExp(mailAddress, 'gi')) ?? []
  const savedHosts = saved
    .flatMap(({ imageUrl, pageUrl, alternatives }) => [
      imageUrl,
      pageUrl,
      ...alternatives.map(({ url }) => url),
    ])
    .flatMap(address => URL.parse(address ?? '')?.hostname ?? [])
    .filter(isStray)
  return [
    ...stray.map(host => `the host ${host}`),
    ...new Set(mails.filter(mail => !/@example\.org$/.test(mail)).map(mail => `the address ${mail}`)),
    ...[...new Set(savedHosts)].filter(host => text.includes(host)).map(host => `the name ${host}`),
    ...titleWords(saved)
      .filter(title => text.includes(title))
      .map(title => `the title "${title}"`),
  ]
}

/** Titles long enough not to stand in a page by accident. */
function titleWords(saved: readonly HarvestedCandidate[]): readonly string[] {
  return [...new Set(saved.flatMap(({ title }) => (title !== null && title.length > 12 ? [title] : [])))]
}
