/**
 * How good a picture is for training, measured on the raster and the miniature that are there anyway. What each measure
 * separates, and what it does not, says docs/quality.md; `npm run -s bench:quality` measures it.
 */
import type { QualityScores } from '@gleaner/shared/quality'
import type { Miniature, Raster } from './luma.ts'
import { type Light, lightOf } from './quality-light.ts'
import { sharpnessOf } from './quality-sharpness.ts'
import { type Surface, surfaceOf } from './quality-surface.ts'

/** What the scores are made of. */
export interface QualityTraits {
  readonly light: Light
  /** As {@link sharpnessOf} gives it. */
  readonly sharpness: number
  readonly surface: Surface
}

/**
 * @param raster - the whole picture, as it is fingerprinted
 * @param mini - the same, reduced
 */
export const qualityOf = (raster: Raster, mini: Miniature): QualityScores =>
  scoresOf(qualityTraits(raster, mini))

export function qualityTraits(raster: Raster, mini: Miniature): QualityTraits {
  const light = lightOf(mini)
  return { light, sharpness: sharpnessOf(raster, light.bright - light.dark), surface: surfaceOf(raster) }
}

/** An ideal edge between two tones bends by a quarter; what is blurred beyond use, by less than this. */
const leastSharp = 0.005
/** What changes so many levels from cell to cell is halfway between nothing and everything. */
const midChange = 10
/** From here on everybody calls a picture extremely colourful. */
const mostColorful = 110
/** Between lines of text is about as much ground as there is text. */
const lineSpace = 2

export function scoresOf({ light, sharpness, surface }: QualityTraits): QualityScores {
  return {
    sharpness: score(Math.log(Math.max(leastSharp, sharpness) / leastSharp) / Math.log(1 / leastSharp)),
    brightness: score((light.dark + light.bright) / 2 / 255),
    information: score(light.change / (light.change + midChange)),
    colorfulness: score(Math.sqrt(light.colorfulness / mostColorful)),
    emptiness: score(light.empty),
    text: score(surface.text * lineSpace),
    watermark: score(likelihood(watermarkTraits(surface), watermarkWeights)),
    screenshot: score(likelihood(screenshotTraits(surface), screenshotWeights)),
  }
}

const score = (share: number) => Math.round(100 * Math.min(1, Math.max(0, share)))

type Weights<Traits> = { readonly [Trait in keyof Traits | 'constant']: number }

/** Logistic model. @returns 0 to 1 */
function likelihood<Traits extends object>(traits: Traits, weights: Weights<Traits>): number {
  let evidence = weights.constant
  for (const trait of Object.keys(traits) as (keyof Traits)[]) {
    evidence += weights[trait] * (traits[trait] as number)
  }
  return 1 / (1 + Math.exp(-evidence))
}

/** Screens have a ground of one tone, a second one beside it, edges straight across, and text. */
export const screenshotTraits = ({ straight, firstTone, secondTone, text, overlay }: Surface) => ({
  straight: Math.log(1 + straight),
  firstTone,
  secondTone: Math.min(0.15, secondTone),
  text: Math.log(0.01 + text),
  edges: Math.log(0.003 + overlay.edges),
})

/** Marks have outlines of which all lie as far towards white, in pairs. */
export const watermarkTraits = ({ overlay: { edges, outlines, strokes } }: Surface) => ({
  edges: Math.log(0.003 + edges),
  outlines: outlines / (edges + 0.004),
  strokes: Math.log(0.0001 + strokes),
  paired: strokes / (outlines + 0.001),
})

/** Fitted by `npm run -s bench:quality -- --tune`. */
export const screenshotWeights: Weights<ReturnType<typeof screenshotTraits>> = {
  constant: -19.507,
  straight: 2.304,
  firstTone: 20.588,
  secondTone: 60.797,
  text: -0.967,
  edges: 1.771,
}
export const watermarkWeights: Weights<ReturnType<typeof watermarkTraits>> = {
  constant: 1.44,
  edges: 0.891,
  outlines: 0.856,
  strokes: -0.037,
  paired: 9.3,
}
