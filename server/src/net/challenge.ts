/** Recognises what hosts and the walls before them show to find out whether a person is asking. */
import type { ResponseHeaders } from './opt-out.ts'
import { linesOf } from './opt-out.ts'

const has = (headers: ResponseHeaders, name: string, value: RegExp) =>
  linesOf(headers, name).some(line => value.test(line))

/**
 * Finds a challenge by the head of an answer, whatever its status: bodies of refusals are not read.
 *
 * @returns what gave it away, for the log and the facts
 */
export function challengeInHeaders(status: number, headers: ResponseHeaders): string | undefined {
  if (has(headers, 'cf-mitigated', /^challenge$/i)) return 'cf-mitigated'
  if (has(headers, 'x-amzn-waf-action', /^(?:challenge|captcha)$/i)) return 'x-amzn-waf-action'
  if (status !== 403 && status !== 429 && status !== 503) return undefined
  if (has(headers, 'server', /^ddos-guard$/i)) return 'ddos-guard'
  if (has(headers, 'x-datadome', /./) || has(headers, 'x-dd-b', /./)) return 'datadome'
  return undefined
}

/**
 * What only a challenge loads or says. No run in a pattern may go past the sign that a match begins with: a text full of
 * beginnings would be read to its end from each of them.
 */
const certain: readonly (readonly [sign: string, pattern: RegExp])[] = [
  ['cloudflare', /\/cdn-cgi\/challenge-platform\/|<title>(?:just a moment|attention required!)/i],
  ['datadome', /captcha-delivery\.com/i],
  ['perimeterx', /px-captcha|captcha\.px-cdn\.net/i],
  ['incapsula', /_incapsula_resource/i],
  ['aws-waf', /awswafcookiedomainlist|token\.awswaf\.com/i],
  ['ddos-guard', /<title>ddos-guard|check\.ddos-guard\.net/i],
  [
    'title',
    /<title[^<>]*>[^<]*(?:captcha|are you (?:a )?(?:human|robot)|security check|human verification)/i,
  ],
]

/** What stands on ordinary pages, too, in a form somebody may fill in. Alone on a small page it is a challenge. */
const usual =
  /google\.com\/recaptcha|g-recaptcha|hcaptcha\.com|h-captcha|challenges\.cloudflare\.com\/turnstile/i
const smallPageBytes = 20_000
/** Signs stand in the head or right after it. */
const searchedBytes = 64_000

/** Nothing that is a picture begins like this. */
const looksLikePage = (start: string) =>
  /^\uFEFF?\s*<(?:!doctype\s+html|html|head|body|title|script|meta)\b/i.test(start)

const codes = { space: 0x20, tag: 0x3c, mark: [0xef, 0xbb, 0xbf] } as const

/** Whether the first thing in there opens a tag or a comment: told without reading all of a picture as text. */
function mayBePage(bytes: Uint8Array): boolean {
  let at = codes.mark.every((code, place) => bytes[place] === code) ? codes.mark.length : 0
  while (at < bytes.length && (bytes[at] as number) <= codes.space) at += 1
  return bytes[at] === codes.tag
}

/**
 * Finds a challenge in a body that came with a good status, whatever type was claimed for it.
 *
 * @returns what gave it away
 */
export function challengeInPage(bytes: Uint8Array): string | undefined {
  if (!mayBePage(bytes)) return undefined
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, searchedBytes)).toString(
    'latin1',
  )
  if (!looksLikePage(start.replace(/^ï»¿/, '').replace(/^(?:\s*<!--[^>]*-->)+/, ''))) return undefined
  const found = certain.find(([, pattern]) => pattern.test(start))
  if (found) return found[0]
  return bytes.length <= smallPageBytes && usual.test(start) ? 'captcha' : undefined
}
