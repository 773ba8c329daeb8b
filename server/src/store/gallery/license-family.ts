/** Which claims of licences are counted together. */
import type { LicenseClaim } from '@gleaner/shared/candidate'
import type { LicenseFamily } from '@gleaner/shared/gallery'

/** First that fits: the narrower terms come before the wider ones. */
const families: readonly (readonly [LicenseFamily, RegExp])[] = [
  ['public-domain', /\bcc0\b|publicdomain|public domain|\bpdm\b|\bzero\/1\.0\b/],
  ['cc-by-nc', /\bby-nc\b|non-?commercial|\bby nc\b/],
  ['cc-by-nd', /\bby-nd\b|no-?deriv|\bby nd\b/],
  ['cc-by-sa', /\bby-sa\b|share-?alike|\bby sa\b/],
  ['cc-by', /\bcc-by\b|\bcc by\b|licenses\/by\/|\battribution\b/],
]

/** @param claim - JSON of a claim, `null` where the page said nothing */
export function licenseFamilyOf(claim: string | null): LicenseFamily {
  if (claim === null) return 'none'
  const { name = '', url = '' } = JSON.parse(claim) as LicenseClaim
  const text = `${name} ${url}`.toLowerCase()
  if (text.trim() === '') return 'none'
  return families.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other'
}
