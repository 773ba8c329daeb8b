import { baiduAnswers } from './answer-patterns.ts'
import { answerTextsOf } from './answers.ts'
import { attributeOf, find, findNew, textOf } from './dom.ts'
import { siteOf } from './filters.ts'
import type { Harvester, Way } from './harvester.ts'
import { layout } from './harvester.ts'
import type { Reader } from './read.ts'
import { attribute, field, firstOf, listOf, parseJson, walk, withoutMarkup } from './read.ts'
import { literalAt, scriptLiterals } from './script-data.ts'

/** Baidu writes addresses with other letters and digits; what stands for `0`…`9`, `a`…`w` in this order. */
const plain = '7dgjmoru140852vsnkheb963wtqplifca'
const signs: Readonly<Record<string, string>> = { _z2C$q: ':', '_z&e3B': '.', AzdH3F: '/' }

function decode(address: string): string {
  return address.replace(/_z2C\$q|_z&e3B|AzdH3F|[0-9a-w]/g, part => {
    const sign = signs[part]
    return sign ?? plain[Number.parseInt(part, 33)] ?? part
  })
}

/** An address in letters of its own or as it is. */
function decoded<Item>(source: Reader<Item>): Reader<Item, string> {
  return item => {
    const address = source(item)
    if (typeof address !== 'string' || address === '') return undefined
    return /^ippr/.test(address) ? decode(address) : address
  }
}

const thumbnailUrl = field('thumbURL')

/** Other places of the picture, then the sizes Baidu keeps itself. */
const ways: Reader<object, readonly Way[]> = result => {
  const copies = [...listOf(walk(result, 'replaceUrl')), ...listOf(walk(result, 'replaceURL'))]
  const mirrors = copies.map(copy => ({ kind: 'mirror' as const, url: decoded(field('ObjURL'))(copy) }))
  const kept = ['largeTnImageUrl', 'hoverURL', 'middleURL'].map(name => ({
    kind: 'rendition' as const,
    url: walk(result, name),
  }))
  const thumbnail = thumbnailUrl(result)
  return [...mirrors, ...kept]
    .filter(({ url }) => url !== thumbnail)
    .map(way => ({ ...way, width: undefined, height: undefined }))
}

/** Of a result, in the page's script and in answers alike. */
const fields = {
  imageUrl: firstOf<object>(
    decoded(field('objURL')),
    decoded(field('replaceUrl', 0, 'ObjURL')),
    decoded(field('replaceURL', 0, 'ObjURL')),
  ),
  thumbnailUrl,
  pageUrl: firstOf<object>(decoded(field('fromURL')), decoded(field('replaceUrl', 0, 'FromURL'))),
  title: firstOf<object>(withoutMarkup(field('fromPageTitleEnc')), withoutMarkup(field('fromPageTitle'))),
  width: field('width'),
  height: field('height'),
  ways,
}

/** The last element of the list is empty; a result without a thumbnail is none. */
const resultsIn = (data: unknown) =>
  listOf(walk(data, 'data')).filter(result => thumbnailUrl(result) !== undefined)

const flip = layout('imgData', {
  served: 'since 2014 or earlier, paged result page',
  items: page => scriptLiterals(page, "flip.setData('imgData',").flatMap(resultsIn),
  fields,
})

/** Quotes are escaped as in a script, which JSON does not know. */
const answers = layout('acjson', {
  served: 'since 2015 or earlier',
  items: page => answerTextsOf(page).flatMap(text => resultsIn(parseJson(text) ?? literalAt(text, 0))),
  fields,
})

/** Tiles of the page that grows while it is scrolled. */
const tiles = layout('imgitem', {
  served: 'since 2015 or earlier',
  items: page => findNew(page, 'li.imgitem[data-objurl]'),
  fields: {
    imageUrl: decoded(attribute('data-objurl')),
    thumbnailUrl: firstOf(
      attribute('data-thumburl'),
      attribute('data-imgurl', 'img'),
      attribute('src', 'img'),
    ),
    pageUrl: decoded(attribute('data-fromurl')),
    title: withoutMarkup(attribute('data-title')),
    width: attribute('data-width'),
    height: attribute('data-height'),
  },
})

const sizes: Readonly<Record<string, string>> = { 1: 'small', 2: 'medium', 3: 'large', 9: 'extra large' }
const colors: Readonly<Record<string, string>> = {
  1: 'red',
  2: 'yellow',
  4: 'green',
  8: 'teal',
  16: 'blue',
  32: 'purple',
  64: 'pink',
  128: 'brown',
  256: 'orange',
  512: 'black',
  1024: 'white',
  2048: 'black and white',
}
/** By parameter and value. */
const types: Readonly<Record<string, string>> = {
  'lm=6': 'animated',
  'lm=7': 'static',
  'face=1': 'face',
  's=3': 'portrait',
  'st=1': 'clip art',
  'st=2': 'line drawing',
}

/** Baidu writes numbers for its filters; these are their names. */
function filters({ searchParams }: URL) {
  const value = (name: string) => searchParams.get(name) ?? ''
  const exact = /^[1-9]\d*$/.test(value('width')) && `${value('width')}×${value('height')}`
  const size = exact || sizes[value('z')]
  const color = colors[value('ic')]
  const type = Object.entries(types).find(
    ([pair]) => pair === `${pair.split('=')[0]}=${value(pair.split('=')[0] ?? '')}`,
  )?.[1]
  return {
    ...siteOf(searchParams.get('word')),
    ...(size && { size }),
    ...(color && { color }),
    ...(type && { type }),
    ...(value('copyright') === '1' && { rights: 'copyright' }),
    ...(value('latest') === '1' && { time: 'latest' }),
  }
}

/** Baidu Images: the first results in a script, later ones in answers, addresses in letters of their own. */
export const baidu: Harvester = {
  engine: 'baidu',
  label: 'Baidu Images',
  verified: { by: 'real page', on: '2020-08-23' },
  access: 'request',
  usualOriginals: 1,
  examples: [
    'https://image.baidu.com/search/index?tn=baiduimage&word=red+panda',
    'https://image.baidu.com/search/flip?tn=baiduimage&ie=utf-8&word=red+panda&pn=60',
  ],
  hosts: ['https://image.baidu.com/search/*', 'https://wappass.baidu.com/static/captcha/*'],
  matches: url => ['image.baidu.com', 'wappass.baidu.com'].includes(url.hostname),
  query: url => url.searchParams.get('word') ?? url.searchParams.get('queryWord') ?? undefined,
  filters,
  isChallenge: ({ document, url }) => {
    const title = find(document, 'title')
    return (
      url.hostname === 'wappass.baidu.com' || (title !== undefined && textOf(title).includes('百度安全验证'))
    )
  },
  more: '#page a.n:last-of-type',
  tiles: {
    selector: 'li.imgitem',
    keys: tile => {
      const image = find(tile, 'img')
      const shown = image && ['data-imgurl', 'src'].map(name => attributeOf(image, name))
      const own = ['data-objurl', 'data-thumburl'].map(name => decoded(attribute(name))(tile))
      return [...own, ...(shown ?? [])].filter(key => key !== undefined)
    },
  },
  answers: baiduAnswers,
  layouts: [flip, answers, tiles],
}
