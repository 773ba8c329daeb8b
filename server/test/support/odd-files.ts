/** The hostile, damaged and unusual files of the shared corpus, and what a careful ingester may make of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DatasetSettings, defaultSettings } from '@gleaner/shared/dataset'
import type { ErrorCode } from '@gleaner/shared/errors'
import type { Decoded, Decoders, ImageFailure } from '../../src/imaging/decoded.ts'

export interface OddFile {
  readonly file: string
  /** Best first: `accept` or `reject:` and a reason. */
  readonly acceptable: readonly string[]
  readonly content: string | null
  readonly width?: number
  readonly height?: number
}

interface Expected {
  readonly policy: { readonly minSide: number; readonly maxPixels: number; readonly maxAspect: number }
  readonly files: readonly OddFile[]
}

const reasons: Partial<Record<ErrorCode, string>> = {
  IMAGE_EMPTY: 'reject:empty',
  IMAGE_NOT_AN_IMAGE: 'reject:not-an-image',
  IMAGE_UNSUPPORTED: 'reject:unsupported-format',
  IMAGE_CORRUPT: 'reject:corrupt',
  IMAGE_TRUNCATED: 'reject:truncated',
  IMAGE_TOO_MANY_PIXELS: 'reject:too-many-pixels',
  IMAGE_TOO_SMALL: 'reject:too-small',
  IMAGE_EXTREME_ASPECT: 'reject:extreme-aspect',
  IMAGE_UNIFORM: 'reject:uniform',
  IMAGE_VECTOR: 'reject:vector',
}

/** The corpus's word for an ending; the code itself where it has none. */
export function outcomeOf(result: Decoded | ImageFailure): string {
  return result.kind === 'decoded' ? 'accept' : (reasons[result.code] ?? result.code)
}

/**
 * What the corpus asks and this program decides otherwise: TIFF is not read at all, because no browser shows it and
 * its reader is a large target. So every TIFF file ends as an unsupported format, whatever else it is.
 */
export function expectedOutcomes({ content, acceptable }: OddFile): readonly string[] {
  return content === 'tiff' ? ['reject:unsupported-format'] : acceptable
}

export function readExpected(folder: string): Expected {
  return JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected
}

/** The limits the corpus assumes. */
export function policySettings({ policy }: Expected): Pick<DatasetSettings, 'render' | 'accept'> {
  return {
    render: defaultSettings.render,
    accept: {
      ...defaultSettings.accept,
      minSidePx: policy.minSide,
      maxMegapixels: policy.maxPixels / 1e6,
      maxAspect: policy.maxAspect,
    },
  }
}

export interface OddOutcome {
  readonly odd: OddFile
  readonly result: Decoded | ImageFailure
  readonly outcome: string
}

/** Puts one file through to the end, rendering included. */
export async function runOddFile(decoders: Decoders, folder: string, odd: OddFile): Promise<OddOutcome> {
  const bytes = readFileSync(join(folder, odd.file))
  const settings = policySettings(readExpected(folder))
  const result = await decoders.decode(bytes, settings, new AbortController().signal)
  if (result.kind === 'failed') return { odd, result, outcome: outcomeOf(result) }
  const rendered = await result.render()
  return { odd, result, outcome: rendered.kind === 'rendered' ? outcomeOf(result) : outcomeOf(rendered) }
}
