/** What every workshop has to do about pictures. */
import { describe, expect, test } from 'vitest'
import { picture } from './pictures.ts'
import { behaving, type Means, never, opens, pictureJob, settings } from './workshop-bench.ts'

const { accept, render } = settings

export function describePictures(means: Means): void {
  describe('a picture', () => {
    test('is measured, and rendered from what was decoded', async () => {
      const opened = await opens(means.open(), pictureJob(await picture(1)))
      expect(opened.facts).toMatchObject({ format: 'jpeg', width: 640, height: 480, frames: 1, rights: {} })
      expect(opened.facts.perceptualHash).toMatch(/^[0-9a-f]{64}$/)
      const rendered = await opened.render()
      expect(rendered).toMatchObject({ kind: 'rendered', width: 512, height: 384 })
      const bytes = 'bytes' in rendered ? rendered.bytes : Buffer.alloc(0)
      expect([bytes.subarray(0, 3).toString('hex'), bytes.subarray(-2).toString('hex')]).toEqual([
        'ffd8ff',
        'ffd9',
      ])
    })

    test('that is none, or is cut short, ends as a value with its code', async () => {
      const { open: openPicture } = await means.open()
      const code = async (bytes: Buffer) => {
        const result = await openPicture(pictureJob(bytes), never)
        return result.kind === 'failed' && result.code
      }
      expect(await code(Buffer.from('<!doctype html>'))).toBe('IMAGE_NOT_AN_IMAGE')
      expect(await code(Buffer.alloc(0))).toBe('IMAGE_EMPTY')
      expect(await code((await picture(3)).subarray(0, 9_000))).toBe('IMAGE_TRUNCATED')
    })

    test('is measured and rendered by the settings of its own job', async () => {
      const workshop = await means.open()
      const bytes = await picture(2)
      const small = { accept, render: { ...render, sidePx: 256 } }
      const first = await opens(workshop, { bytes, settings: small })
      expect(await first.render()).toMatchObject({ width: 256 })
      const strict = { render, accept: { ...accept, minSidePx: 481 } }
      expect(await workshop.open({ bytes, settings: strict }, never)).toMatchObject({
        code: 'IMAGE_TOO_SMALL',
      })
    })

    test('keeps its worker until it is rendered or released, and others wait in the order they came', async () => {
      const workshop = await means.openBad()
      const order: string[] = []
      const first = await opens(workshop, behaving('good'))
      const second = opens(workshop, behaving('good')).then(async opened => {
        order.push('second')
        await opened.render()
      })
      const third = opens(workshop, behaving('good')).then(opened => {
        order.push('third')
        opened.release()
      })
      // A round trip that needs no place: had the others got one, they would be through.
      await workshop.fetch(means.fetchJob('/files/one.jpg'), never)
      expect(order).toEqual([])
      first.release()
      await Promise.all([second, third])
      expect(order).toEqual(['second', 'third'])
    })

    test('is rendered once, and not after it was released; releasing again harms nobody', async () => {
      const workshop = await means.openBad()
      const first = await opens(workshop, behaving('good'))
      expect(await first.render()).toMatchObject({ kind: 'rendered' })
      await expect(first.render()).rejects.toThrow('let go')
      first.release()
      const second = await opens(workshop, behaving('good'))
      second.release()
      second.release()
      await expect(second.render()).rejects.toThrow('let go')
      const third = await opens(workshop, behaving('good'))
      first.release()
      expect(await third.render()).toMatchObject({ kind: 'rendered' })
    })

    test('that takes too long is given up, and the next one gets its turn', async () => {
      const workshop = await means.openBad({ timeoutMs: 1_000 })
      expect(await workshop.open(behaving('spin'), never)).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT' })
      const opened = await opens(workshop, behaving('spin-in-render'))
      expect(await opened.render()).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT' })
      expect(await opens(workshop, behaving('good'))).toMatchObject({ kind: 'opened' })
    })

    test('among many gets its own answer', async () => {
      const workshop = await means.open({ children: 2 })
      const widths = Array.from({ length: 24 }, (_, place) => 400 + place)
      const seen = widths.map(async width => {
        const opened = await opens(workshop, pictureJob(await picture(width, { width, height: 300 })))
        const rendered = await opened.render()
        return [opened.facts.width, rendered.kind === 'rendered' && rendered.width]
      })
      expect(await Promise.all(seen)).toEqual(widths.map(width => [width, width]))
    })
  })
}
