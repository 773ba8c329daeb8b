/**
 * The process in which packed sets of strangers are taken apart: whatever sizes they claim, it is this process that pays
 * for it. Pictures are written to files; what is said of them is told, some at a time.
 */
import { writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { boundedTold } from './bounded.ts'
import { readParquet } from './parquet.ts'
import {
  type FromUnpacker,
  mostUnanswered,
  type PackedForm,
  type PackedProblem,
  type PackedReader,
  TooLarge,
  type ToUnpacker,
  type UnpackAsk,
} from './protocol.ts'
import { readTfrecord } from './tfrecord.ts'

const readers: Readonly<Record<PackedForm, PackedReader>> = {
  'hf-parquet': readParquet,
  tfrecord: readTfrecord,
}

const tooLarge = { say: 'a picture that is too large', lost: 'file-too-large' } as const

const tooMuch = { say: 'a picture of which too much is said', lost: 'file-too-large' } as const

let unanswered = 0
let goOn = () => {}

process.on('message', (message: ToUnpacker) => {
  if ('ask' in message) void answer(message.ask)
  else {
    unanswered -= 1
    goOn()
  }
})
// Whoever asks is gone.
process.on('disconnect', () => process.exit())

const send = (message: FromUnpacker) => process.send?.(message)

async function answer(ask: UnpackAsk): Promise<void> {
  try {
    await takeApart(ask)
    send({ kind: 'done' })
  } catch (error) {
    send({ kind: 'failed', why: whyOf(error), reason: reasonOf(error) })
  }
}

async function takeApart({ form, files, texts, folder, mostBytes }: UnpackAsk): Promise<void> {
  const textsOf = new Map(texts.map(([of, held]) => [of, new Map(held)]))
  let number = 0
  for (const file of files) {
    let row = 0
    for await (const found of readers[form](file, textsOf.get(posix.dirname(file.path)) ?? new Map())) {
      row += 1
      if (unanswered >= mostUnanswered)
        await new Promise<void>(resolve => {
          goOn = resolve
        })
      unanswered += 1
      const tell = ({ say, lost }: PackedProblem) =>
        send({ kind: 'problem', file: file.path, number: row, say, lost })
      if ('say' in found) tell(found)
      else if (found.bytes.length > mostBytes) tell(tooLarge)
      else {
        const { bytes, ...said } = found
        const told = boundedTold(said)
        if (!told) {
          tell(tooMuch)
          continue
        }
        await writeFile(join(folder, String(number)), bytes, { flag: 'wx', mode: 0o600 })
        send({ kind: 'picture', number, sizeBytes: bytes.length, told })
        number += 1
      }
    }
  }
}

function whyOf(error: unknown): Extract<FromUnpacker, { kind: 'failed' }>['why'] {
  if (error instanceof TooLarge) return 'too-large'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(?:ENOSPC|EDQUOT|EROFS)$/.test(code) ? 'disk' : 'damaged'
}

const reasonOf = (error: unknown) =>
  (error instanceof Error ? error.message : 'unknown').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200)
