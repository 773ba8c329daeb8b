/** The thread in which the gallery's memory lives: reads, answers, and closes its connection when it is told to. */
import { parentPort, workerData } from 'node:worker_threads'
import { isAppError } from '@gleaner/shared/errors'
import BetterSqlite from 'better-sqlite3'
import { storeError } from '../store-error.ts'
import { lifeOf } from '../thread-life.ts'
import { createAnswers } from './answers.ts'
import { createEarlyPages } from './early-page.ts'
import { createPageRows } from './page-rows.ts'
import type { FromThread, Sent, ThreadData, ToThread } from './thread-protocol.ts'

const { path, epoch, life } = workerData as ThreadData
const port = parentPort

if (port && lifeOf(life).open()) serve(port)

function serve(to: NonNullable<typeof port>): void {
  const db = new BetterSqlite(path, { readonly: true, timeout: 5_000 })
  const answers = createAnswers(db, epoch)
  const earlyPage = createEarlyPages(db, createPageRows(db))
  const waiting: Sent[] = []
  let isReady = false
  let isClosed = false

  const send = (message: FromThread, transfer: ArrayBuffer[] = []) => to.postMessage(message, transfer)
  const attempt = (id: number, work: () => unknown) => {
    try {
      const answer = work()
      send({ id, answer }, transferable(answer))
    } catch (error) {
      const known = storeError(error)
      send({ id, failure: isAppError(known) ? { code: known.code, facts: known.facts } : String(known) })
    }
  }
  const answer = ({ id, name, ask }: Sent) => attempt(id, () => answers.answer(name, ask as never)) // the name is that of the question

  const readOn = () => {
    if (isClosed) return
    isReady = answers.readSlice()
    if (!isReady) setImmediate(readOn)
    else for (const question of waiting.splice(0)) answer(question)
  }
  to.on('message', (message: ToThread) => {
    if (message.name === 'close') {
      isClosed = true
      db.close()
      lifeOf(life).closed()
      to.close()
      return
    }
    if (isReady) return answer(message)
    const early = message.name === 'page' ? message.ask : undefined
    if (early && earlyPage(early)) attempt(message.id, () => earlyPage(early))
    else waiting.push(message)
  })
  readOn()
}

function transferable(answer: unknown): ArrayBuffer[] {
  if (!ArrayBuffer.isView(answer)) return []
  return answer.buffer instanceof ArrayBuffer ? [answer.buffer] : []
}
