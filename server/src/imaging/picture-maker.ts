/** Decoder processes of their own for exports, so that what is collected meanwhile waits for none of them. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DecoderAnswer, DecoderRequest } from './decode-protocol.ts'
import type { ImageFailure } from './decoded.ts'
import { createPatience } from './patience.ts'
import { createProcessPool } from './process-pool.ts'
import type { PictureMaker } from './wanted-picture.ts'

const MiB = 1024 * 1024

const defaults = {
  children: availableParallelism(),
  timeoutMs: 60_000,
  recycleAfter: 20_000,
  recycleRssBytes: 512 * MiB,
  maxRssBytes: 1536 * MiB,
  startTimeoutMs: 30_000,
  entry: fileURLToPath(new URL('./decode-child.ts', import.meta.url)),
}

/** Pictures take their time here, and whoever asks for them has other work to do meanwhile: none lies behind another. */
const alone = { lineJobs: 1, lineBytes: 0, momentMs: Number.POSITIVE_INFINITY }

/** @returns a maker; processes are started when they are needed */
export function createPictureMaker(options: Partial<typeof defaults> = {}): PictureMaker {
  const chosen = { ...defaults, ...options }
  const cwd = mkdtempSync(join(tmpdir(), 'gleaner-maker-'))
  const pool = createProcessPool({ ...chosen, ...alone, cwd })
  let nextJob = 1

  const ask = async (request: DecoderRequest, signal: AbortSignal): Promise<DecoderAnswer | ImageFailure> => {
    const patience = createPatience()
    for (;;) {
      const { process, giveBack } = await pool.take(signal)
      try {
        return await process.ask(request, chosen.timeoutMs)
      } catch (error) {
        const failure = patience.failureAfter(error)
        if (failure) return failure
      } finally {
        giveBack()
      }
    }
  }

  return {
    make: async (bytes, wanted, signal) => {
      const answer = await ask({ kind: 'make', job: nextJob++, bytes, wanted }, signal)
      if (answer.kind === 'made') return answer.picture
      return unlessOdd(answer)
    },
    pixels: async (bytes, isGrey, signal) => {
      const answer = await ask({ kind: 'pixels', job: nextJob++, bytes, isGrey }, signal)
      if (answer.kind === 'raw') return answer.picture
      return unlessOdd(answer)
    },
    close: async () => {
      await pool.close()
      await rm(cwd, { recursive: true, force: true })
    },
  }
}

function unlessOdd(answer: DecoderAnswer | ImageFailure): ImageFailure {
  if (answer.kind !== 'failed') throw new Error(`a decoder answered ${answer.kind}`)
  return 'failure' in answer ? answer.failure : answer
}
