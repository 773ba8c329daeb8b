/** What every workshop has to do when workers are lost, and when nobody wants the work any more. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { aborted, behaving, type Means, never, opens, whoHangs } from './workshop-bench.ts'

export function describeLosses(means: Means): void {
  describe('a lost worker', () => {
    test('in the middle of decoding: the picture is decoded anew', async () => {
      const workshop = await means.openBad()
      const note = means.note()
      const opening = opens(workshop, behaving(`hang-once ${note}`))
      means.lose(await whoHangs(note))
      const opened = await opening
      expect(opened.facts.rights.pid).not.toBe(readFileSync(note, 'latin1').split(' ')[0])
      expect(await opened.render()).toMatchObject({ kind: 'rendered' })
    })

    test('in the middle of rendering: the picture is decoded and rendered anew', async () => {
      const workshop = await means.openBad()
      const note = means.note()
      const rendering = (await opens(workshop, behaving(`hang-once-in-render ${note}`))).render()
      means.lose(await whoHangs(note))
      expect(await rendering).toMatchObject({ kind: 'rendered' })
    })

    test('while it holds a picture: the picture is rendered all the same', async () => {
      const workshop = await means.openBad()
      const opened = await opens(workshop, behaving('good'))
      const { pid, parent } = opened.facts.rights
      means.lose({ pid: Number(pid), parent: Number(parent) })
      expect(await opened.render()).toMatchObject({ kind: 'rendered' })
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })

    test('over the same picture again and again ends the picture, not the workshop', async () => {
      const workshop = await means.openBad()
      expect(await workshop.open(behaving('abort'), never)).toMatchObject({ code: 'IMAGE_DECODER_CRASH' })
      const opened = await opens(workshop, behaving('abort-in-render'))
      expect(await opened.render()).toMatchObject({ code: 'IMAGE_DECODER_CRASH' })
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })
  })
}

export function describeAborts(means: Means): void {
  describe('abort', () => {
    test('of a picture that waits leaves the queue at once', async () => {
      const workshop = await means.openBad()
      const first = await opens(workshop, behaving('good'))
      const abort = new AbortController()
      const waiting = workshop.open(behaving('good'), abort.signal)
      abort.abort()
      await expect(waiting).rejects.toThrow(aborted)
      first.release()
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })

    test('of a picture in work does not wait for it', async () => {
      const workshop = await means.openBad({ timeoutMs: 2_000 })
      const note = means.note()
      const abort = new AbortController()
      const opening = workshop.open(behaving(`hang-once ${note}`), abort.signal)
      await whoHangs(note)
      abort.abort()
      await expect(opening).rejects.toThrow(aborted)
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })

    test('of a picture that is held lets it go', async () => {
      const workshop = await means.openBad()
      const abort = new AbortController()
      const opened = await opens(workshop, behaving('good'), abort.signal)
      abort.abort()
      await expect(opened.render()).rejects.toThrow(aborted)
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })
  })
}
