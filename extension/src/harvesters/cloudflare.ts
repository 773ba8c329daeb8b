import { find } from './dom.ts'

/** Parts of the page that stands before a site while Cloudflare asks whether a person is visiting. */
const marks = [
  '#challenge-form',
  '#challenge-running',
  '#challenge-error-text',
  'script[src*="/cdn-cgi/challenge-platform/"][src*="/orchestrate/"]',
]

/** Whether Cloudflare asks in place of the site. Its silent checks, which run on ordinary pages, do not count. */
export function isCloudflareChallenge({ document }: { readonly document: Document }): boolean {
  return find(document, marks.join()) !== undefined
}
