import { expect, test } from 'vitest'
import { refererFor } from './referer.ts'

const page = 'https://shop.example/birds/wren?size=2#top'

test.each([
  [
    'the same origin is told the whole address, without its fragment',
    page,
    'https://shop.example/a.jpg',
    'https://shop.example/birds/wren?size=2',
  ],
  ['another host is told the origin', page, 'https://cdn.example/a.jpg', 'https://shop.example/'],
  ['a host below it is another one', page, 'https://img.shop.example/a.jpg', 'https://shop.example/'],
  ['another port is another origin', page, 'https://shop.example:8443/a.jpg', 'https://shop.example/'],
  ['nothing goes out unencrypted that was read encrypted', page, 'http://shop.example/a.jpg', undefined],
  ['nor to other hosts', page, 'http://cdn.example/a.jpg', undefined],
  [
    'a page read unencrypted has nothing to hide',
    'http://shop.example/x',
    'https://cdn.example/a.jpg',
    'http://shop.example/',
  ],
  ['no page, no word', undefined, 'https://cdn.example/a.jpg', undefined],
  [
    'an address with credentials is none',
    'https://user:pass@shop.example/',
    'https://shop.example/a.jpg',
    undefined,
  ],
  ['nor is one that leads elsewhere', 'file:///etc/passwd', 'https://shop.example/a.jpg', undefined],
])('%s', (_name, landingUrl, target, expected) => {
  expect(refererFor(landingUrl, new URL(target))).toBe(expected)
})
