/** Turns what the image library says about a damaged file into a reason of the catalogue. */
import type { ErrorCode } from '@gleaner/shared/errors'
import { isCutShort } from './cut-short.ts'
import type { ImageFailure, ImageFormat } from './decoded.ts'

/** Whether the library had read the header when it gave up. */
type Step = 'header' | 'pixels'

const sayings: readonly (readonly [pattern: RegExp, code: ErrorCode, step?: Step])[] = [
  [/exceeds pixel limit|Maximum supported image dimension/i, 'IMAGE_TOO_MANY_PIXELS'],
  [/unsupported image format|Unsupported (?:JPEG|image type)|not been built in/i, 'IMAGE_UNSUPPORTED'],
  [/premature end/i, 'IMAGE_TRUNCATED', 'pixels'],
]

export function decodeFailure(error: unknown, format: ImageFormat, step: Step, bytes: Buffer): ImageFailure {
  const message = error instanceof Error ? error.message : String(error)
  const said = sayings.find(([pattern, , only]) => pattern.test(message) && (!only || only === step))
  const code = said?.[1] ?? (isCutShort(bytes, format) ? 'IMAGE_TRUNCATED' : 'IMAGE_CORRUPT')
  const firstLine = message.split('\n', 1)[0] ?? ''
  return { kind: 'failed', code, facts: { format, decoder: firstLine.slice(0, 200) } }
}
