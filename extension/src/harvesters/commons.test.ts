import { expect, test } from 'vitest'
import { parsePage } from '../../scripts/parse-page.ts'
import { commons } from './commons.ts'
import { createHarvestSession, harvest } from './harvest.ts'

const files = 'https://upload.wikimedia.org/wikipedia/commons'
const search = 'https://commons.wikimedia.org/w/index.php?title=Special:MediaSearch&type=image&search='

const tile = (name: string, copy: string) =>
  `<a class="sdms-image-result" href="https://commons.wikimedia.org/wiki/File:${name}" title="File:${name}"><img data-src="${copy}"></a>`
const file = (name: string, more = {}) => ({
  pageid: 1,
  title: `File:${name}`,
  imageinfo: [{ url: `${files}/0/0a/${name}`, width: 4000, height: 3000, mime: 'image/jpeg', ...more }],
})
const answer = (query: string, ...pages: readonly object[]) => ({
  url: new URL(`https://commons.wikimedia.org/w/api.php?action=query&format=json&${query}`),
  body: JSON.stringify({ query: { pages: { ...pages } } }),
})

test.each([
  ['thumb/0/0a/A.jpg/320px-A.jpg', '0/0a/A.jpg'],
  ['thumb/0/0a/A.jpg/320px-A.jpg?utm_source=x', '0/0a/A.jpg'],
  ['thumb/0/0a/%C3%84.svg/320px-%C3%84.svg.png', '0/0a/%C3%84.svg'],
  ['thumb/0/0a/A.tif/lossy-page1-320px-A.tif.jpg', '0/0a/A.tif'],
  [
    'thumb/archive/0/0a/20200101000000%21A.jpg/320px-A.jpg',
    'thumb/archive/0/0a/20200101000000%21A.jpg/320px-A.jpg',
  ],
  ['0/0a/A.jpg', '0/0a/A.jpg'],
])('knows the original of %s', (copy, original) => {
  const { candidates } = harvest(parsePage(tile('A', `${files}/${copy}`), search), new URL(search), commons)
  expect(candidates.map(({ imageUrl }) => imageUrl)).toEqual([`${files}/${original}`])
})

test.each(['A.webm', 'A.ogg', 'A.pdf', 'A.djvu', 'A.stl'])('leaves out %s, which is no picture', name => {
  const document = parsePage(tile(name, `${files}/thumb/0/0a/${name}/320px-${name}.jpg`), search)
  expect(harvest(document, new URL(search), commons).candidates).toEqual([])
})

test.each([
  ['https://commons.wikimedia.org/wiki/Category:Ailurus_fulgens', 'Category:Ailurus fulgens'],
  [
    'https://commons.wikimedia.org/w/index.php?title=Category:Ailurus_fulgens&filefrom=M',
    'Category:Ailurus fulgens',
  ],
  [`${search}red+panda`, 'red panda'],
  ['https://commons.wikimedia.org/wiki/%E0%A4%A', '%E0%A4%A'],
  ['https://commons.wikimedia.org/wiki/Special:NewFiles', undefined],
])('reads what %s is about', (address, query) => {
  expect(commons.query(new URL(address))).toBe(query)
})

test('learns the terms of a result when its details are opened', () => {
  const address = new URL(`${search}x&haslicense=attribution`)
  const session = createHarvestSession(parsePage('', address.href), address, commons)
  session.hear(answer('generator=search&gsrsearch=x', file('A.jpg'), file('B.jpg')))
  session.advance()
  expect(session.harvest().candidates[0]?.license).toEqual({ name: 'attribution', basis: 'filter' })
  const extmetadata = { LicenseShortName: { value: 'CC BY 4.0' }, Artist: { value: '<i>A. Maker</i>' } }
  session.hear(answer('pageids=1', file('A.jpg', { extmetadata })))
  session.advance()
  const [first, second] = session.harvest().candidates
  expect(first?.license).toEqual({ name: 'CC BY 4.0', creator: 'A. Maker', basis: 'picture' })
  expect(first?.rank).toBe(1)
  expect(second?.license).toEqual({ name: 'attribution', basis: 'filter' })
})

test('reads no answers to other questions, such as those of other scripts on the page', () => {
  const address = new URL(search)
  const other = answer('prop=imageinfo&titles=File%3AA.jpg', file('A.jpg'))
  expect(harvest(parsePage('', search), address, commons, [other]).candidates).toEqual([])
})
