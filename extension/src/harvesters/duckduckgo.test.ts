import { expect, test } from 'vitest'
import { parsePage } from '../../scripts/parse-page.ts'
import { duckduckgo } from './duckduckgo.ts'
import { createHarvestSession } from './harvest.ts'

const address = 'https://duckduckgo.com/?q=red+panda&iax=images&ia=images'
const shown = (id: string) =>
  `//external-content.duckduckgo.com/iu/?u=${encodeURIComponent(`https://tse1.thumbs.example/th/id/${id}?r=0&pid=Api`)}&amp;f=1`
const figure = (id: string) =>
  `<li><figure id="${id}"><img src="${shown(id)}"><p>640 × 480</p><figcaption><a href="https://zoo.example/${id}"><h3 title="${id}">${id}</h3></a></figcaption></figure></li>`
const answer = (...ids: readonly string[]) => ({
  url: new URL('https://duckduckgo.com/i.js?q=red+panda&o=json'),
  body: JSON.stringify({
    results: ids.map(id => ({
      image: `https://zoo.example/${id}.jpg`,
      thumbnail: `https://tse3.thumbs.example/th?id=${id}&pid=Api`,
      url: `https://zoo.example/${id}`,
      title: id,
      width: 640,
      height: 480,
    })),
  }),
})

test('joins originals to tiles that were there before them', () => {
  const document = parsePage(figure('OIP.a1') + figure('OIP.b2'), address)
  const session = createHarvestSession(document, new URL(address), duckduckgo)
  session.advance()
  expect(session.harvest().candidates.map(({ imageUrl }) => imageUrl)).toEqual([null, null])
  session.hear(answer('OIP.b2', 'OIP.c3'))
  session.advance()
  const images = session.harvest().candidates.map(({ imageUrl }) => imageUrl)
  expect(images).toEqual([null, 'https://zoo.example/OIP.b2.jpg', 'https://zoo.example/OIP.c3.jpg'])
  expect(session.tileOf(2)?.id).toBe('OIP.b2')
})

test('finds the tiles of originals that were there before them', () => {
  const document = parsePage('<ol></ol>', address)
  const session = createHarvestSession(document, new URL(address), duckduckgo)
  session.hear(answer('OIP.a1', 'OIF.b_2-'))
  session.advance()
  expect(session.tileOf(1)).toBeUndefined()
  const list = document.querySelector('ol')
  if (!list) throw new Error('No list')
  list.innerHTML = figure('OIF.b_2-') + figure('OIP.a1')
  session.touch([...list.children])
  session.advance()
  expect(session.harvest().candidates).toHaveLength(2)
  expect(session.harvest().missed).toEqual({})
  expect([session.tileOf(1)?.id, session.tileOf(2)?.id]).toEqual(['OIP.a1', 'OIF.b_2-'])
})
