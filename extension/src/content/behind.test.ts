import type { Candidate } from '@gleaner/shared/candidate'
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { candidateBehind } from './behind.ts'

const { window } = new JSDOM(
  '<ul><li><img src="https://thumbs.example/1"></li><li><img src="data:image/png;base64,abc"></li></ul><img src="https://elsewhere.example/logo.png">',
)

const candidates: Candidate[] = [1, 2].map(rank => ({
  rank,
  sources: [
    { kind: 'original', url: `https://pictures.example/${rank}.jpg` },
    { kind: 'thumbnail', url: `https://thumbs.example/${rank}` },
  ],
}))
const tileOf = (rank: number) => [...window.document.querySelectorAll('li')][rank - 1]

test.each([
  ['an original', 'https://pictures.example/2.jpg#x', 2],
  ['a thumbnail', 'https://thumbs.example/1', 1],
  ['data inside a tile', 'data:image/png;base64,abc', 2],
  ['a picture that is no result', 'https://elsewhere.example/logo.png', undefined],
  ['a picture that is not there', 'https://elsewhere.example/no.png', undefined],
])('finds the result behind %s', (_, imageUrl, rank) => {
  expect(candidateBehind(window.document, imageUrl, candidates, tileOf)?.rank).toBe(rank)
})
