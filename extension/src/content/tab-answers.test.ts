/** What the page answers to the context menu. */
import { expect, test } from 'vitest'
import { setUp } from './fake-world.ts'

test('the result behind a picture is told also before the bar has been drawn', async () => {
  const { controller } = setUp()
  const url = 'https://pictures.example/cat/0.jpg'
  expect(await controller.candidateAt(url)).toMatchObject({ candidate: { sources: [{ url }] } })
})
