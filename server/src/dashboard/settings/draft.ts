/** Settings as they are typed, and back: everything a form can get wrong is told field by field. */
import { type Chroma, DatasetSettings, type Fit, type NearDuplicatePolicy } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { formatCount } from '../text/format.ts'

/** What the form holds: text where a person types. */
export interface Draft {
  readonly name: string
  readonly fit: Fit
  readonly sidePx: string
  readonly quality: string
  readonly background: string
  readonly chroma: Chroma
  readonly optimizeCoding: boolean
  readonly keepFitting: boolean
  readonly minSidePx: string
  readonly maxMegapixels: string
  readonly maxAspect: string
  readonly maxFileMiB: string
  readonly thumbnails: boolean
  readonly policy: NearDuplicatePolicy
  readonly decideBits: string
  readonly proposeBits: string
  readonly keepOriginals: boolean
  readonly honourOptOut: boolean
  readonly honourRobots: boolean
  readonly sendReferer: boolean
  readonly trashDays: string
}

export function toDraft(name: string, settings: DatasetSettings): Draft {
  const { render, accept, nearDuplicates, trashDays, ...rest } = settings
  const { keepOriginals, honourOptOut, honourRobots, sendReferer } = rest
  return {
    name,
    fit: render.fit,
    sidePx: `${render.sidePx}`,
    quality: `${render.quality}`,
    background: render.background,
    chroma: render.chroma,
    optimizeCoding: render.optimizeCoding,
    keepFitting: render.keepFitting,
    minSidePx: `${accept.minSidePx}`,
    maxMegapixels: `${accept.maxMegapixels}`,
    maxAspect: `${accept.maxAspect}`,
    maxFileMiB: `${accept.maxFileMiB}`,
    thumbnails: accept.thumbnails,
    policy: nearDuplicates.policy,
    decideBits: `${nearDuplicates.decideBits}`,
    proposeBits: `${nearDuplicates.proposeBits}`,
    keepOriginals,
    honourOptOut,
    honourRobots,
    sendReferer,
    trashDays: `${trashDays}`,
  }
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly isWhole: boolean
}

/** Bounds of a number as its schema has them. */
function boundsOf(schema: object): Bounds {
  const { minimum, maximum, type } = schema as { minimum: number; maximum: number; type: string }
  return { min: minimum, max: maximum, isWhole: type === 'integer' }
}

const { render, accept, nearDuplicates } = DatasetSettings.properties
const bounds = {
  sidePx: boundsOf(render.properties.sidePx),
  quality: boundsOf(render.properties.quality),
  minSidePx: boundsOf(accept.properties.minSidePx),
  maxMegapixels: boundsOf(accept.properties.maxMegapixels),
  maxAspect: boundsOf(accept.properties.maxAspect),
  maxFileMiB: boundsOf(accept.properties.maxFileMiB),
  decideBits: boundsOf(nearDuplicates.properties.decideBits),
  proposeBits: boundsOf(nearDuplicates.properties.proposeBits),
  trashDays: boundsOf(DatasetSettings.properties.trashDays),
}

export type DraftErrors = Partial<Record<keyof Draft, string>>
type NumberField = keyof typeof bounds

function readNumbers(draft: Draft, errors: DraftErrors): Record<NumberField, number> {
  const numbers = {} as Record<NumberField, number>
  for (const field of Object.keys(bounds) as NumberField[]) {
    const { min, max, isWhole } = bounds[field]
    const text = draft[field].trim().replace(',', '.')
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
    const isRight = value >= min && value <= max && (!isWhole || Number.isInteger(value))
    if (!isRight)
      errors[field] = `${isWhole ? 'A whole number' : 'A number'} from ${min} to ${formatCount(max)}.`
    numbers[field] = value
  }
  return numbers
}

/** Checks a draft. `errors` is empty exactly when `settings` may be sent. */
export function readDraft(draft: Draft): { name: string; settings: DatasetSettings; errors: DraftErrors } {
  const errors: DraftErrors = {}
  const number = readNumbers(draft, errors)
  const name = draft.name.trim()
  const background = draft.background.trim().toLowerCase()
  if (name === '' || name.length > limits.datasetChars)
    errors.name = `1 to ${limits.datasetChars} characters.`
  if (!/^#[0-9a-f]{6}$/.test(background)) errors.background = 'A colour such as #ffffff.'
  if (number.proposeBits < number.decideBits) {
    errors.proposeBits ??= 'Not less than the distance at which pictures count as duplicates.'
  }
  const { fit, chroma, optimizeCoding, keepFitting } = draft
  const { thumbnails, policy, keepOriginals, honourOptOut, honourRobots, sendReferer } = draft
  const {
    sidePx,
    quality,
    minSidePx,
    maxMegapixels,
    maxAspect,
    maxFileMiB,
    decideBits,
    proposeBits,
    trashDays,
  } = number
  const settings: DatasetSettings = {
    render: { fit, sidePx, quality, background, chroma, optimizeCoding, keepFitting },
    accept: { minSidePx, maxMegapixels, maxAspect, maxFileMiB, thumbnails },
    nearDuplicates: { policy, decideBits, proposeBits },
    keepOriginals,
    honourOptOut,
    honourRobots,
    sendReferer,
    trashDays,
  }
  return { name, settings, errors }
}
