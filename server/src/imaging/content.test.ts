import { describe, expect, test } from 'vitest'
import { bordered, captioned, rasterOf, type Scene, scene } from '../../test/support/scenes.ts'
import { contentOf } from './content.ts'

const here = scene(11)

/** Within a cell of the small raster. */
const near = (value: number) => expect.closeTo(value, 1.5)
const area = (left: number, top: number, width: number, height: number) => ({
  ...{ left: near(left), top: near(top), width: near(width), height: near(height) },
})

describe('what surrounds a picture', () => {
  test.each<[string, Scene, string, object]>([
    ['a white border', bordered(here, 0.05, 0.05, [255, 255, 255]), 'border', area(0.05, 0.05, 0.9, 0.9)],
    ['bars above and below', bordered(here, 0, 0.125, [0, 0, 0]), 'border', area(0, 0.125, 1, 0.75)],
    ['bars at both sides', bordered(here, 0.2, 0, [30, 60, 90]), 'border', area(0.2, 0, 0.6, 1)],
    ['a caption below', captioned(here, 0.14), 'caption', area(0, 0, 1, 0.86)],
    [
      'a border around a picture with a caption',
      bordered(captioned(here, 0.2), 0.06, 0.06, [0, 0, 0]),
      'caption',
      area(0.06, 0.06, 0.88, 0.7),
    ],
  ])('%s is found', (_name, what, surround, content) => {
    const found = contentOf(rasterOf(what, 400, 320))
    expect(found).toMatchObject({ surround })
    expect(found.content).toEqual(content)
  })

  test('nothing is found around a picture that fills its frame', () => {
    expect(contentOf(rasterOf(here, 400, 300))).toEqual({
      content: { left: 0, top: 0, width: 1, height: 1 },
      surround: 'none',
    })
  })

  test('a thing before a plain background has no border', () => {
    const thing: Scene = (u, v) => (Math.hypot(u - 0.5, v - 0.5) < 0.3 ? [200, 40, 30] : [250, 250, 250])
    const { content, surround } = contentOf(rasterOf(thing, 300, 300))
    expect(surround).toBe('plain')
    expect(content.left).toBeCloseTo(0.2, 1)
  })

  test('a thing with straight edges keeps them', () => {
    const letter: Scene = (u, v) =>
      u > 0.3 && u < 0.7 && v > 0.2 && v < 0.8 && (u < 0.4 || v < 0.3 || v > 0.7)
        ? [10, 10, 10]
        : [255, 255, 255]
    expect(contentOf(rasterOf(letter, 300, 300)).content).toEqual(area(0.3, 0.2, 0.4, 0.6))
  })

  test('writing on a wall is no caption', () => {
    const wall: Scene = (u, v) =>
      v > 0.1 && v < 0.9 && u > 0.3 && u < 0.7 && Math.floor(u * 40) % 2 === 0 ? [0, 0, 0] : [220, 220, 220]
    expect(contentOf(rasterOf(wall, 300, 300)).surround).not.toBe('caption')
  })

  test('a frame of one colour keeps a quarter of itself', () => {
    const { content } = contentOf(rasterOf(() => [9, 9, 9], 100, 100))
    expect(Math.min(content.width, content.height)).toBeGreaterThanOrEqual(0.25)
  })

  test.each([
    [1, 1],
    [2, 200],
    [200, 3],
  ])('a picture of %i × %i pixels is borne', (width, height) => {
    expect(() => contentOf(rasterOf(here, width, height))).not.toThrow()
  })
})
