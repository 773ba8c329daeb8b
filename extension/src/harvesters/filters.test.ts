import type { SearchFilters } from '@gleaner/shared/candidate'
import { describe, expect, test } from 'vitest'
import { bing } from './bing.ts'
import { chosen, filtersFrom, inWords, siteOf } from './filters.ts'
import { google } from './google.ts'
import type { Harvester } from './harvester.ts'
import { yandex } from './yandex.ts'

test('codes are said in words, unknown ones as they are', () => {
  const sizes = inWords({ l: 'large' })
  expect([sizes('l'), sizes('xxl'), sizes('constructor'), sizes(''), sizes(null)]).toEqual([
    'large',
    'xxl',
    'constructor',
    undefined,
    undefined,
  ])
})

test('a site is read out of the query', () => {
  expect(siteOf('red panda site:zoo.example')).toEqual({ site: 'zoo.example' })
  expect(siteOf('website:zoo.example')).toEqual({})
  expect(siteOf(null)).toEqual({})
})

test('filters are read from the parameters that are there', () => {
  const read = filtersFrom({ size: 'size', type: ['_type', 'type'] }, 'query')
  expect(read(new URL('https://lumen.example/?type=photo&size=&query=x+site%3Azoo.example'))).toEqual({
    type: 'photo',
    site: 'zoo.example',
  })
  expect(chosen({ size: undefined, color: '' })).toEqual({})
})

const cases: readonly [Harvester, string, SearchFilters][] = [
  [google, 'https://www.google.com/search?q=x&udm=2', {}],
  [
    google,
    'https://www.google.com/search?q=x+site:zoo.example&udm=2&tbs=isz:l,ic:specific,isc:red,itp:lineart,qdr:w,il:cl,iar:xw&safe=active',
    {
      size: 'large',
      color: 'red',
      type: 'line drawing',
      time: 'past week',
      rights: 'Creative Commons licenses',
      aspect: 'panoramic',
      site: 'zoo.example',
      safe: 'active',
    },
  ],
  [
    google,
    'https://www.google.com/search?q=x&tbm=isch&tbs=isz%3Alt%2Cislt%3A2mp%2Cic%3Agray%2Csur%3Afmc%2Ccdr%3A1%2Ccd_min%3A1%2F2%2F2020%2Ccd_max%3A3%2F4%2F2021%2Cift%3Apng',
    {
      size: 'larger than 2mp',
      color: 'black and white',
      type: 'png',
      time: '1/2/2020 to 3/4/2021',
      rights: 'Labeled for reuse with modification',
    },
  ],
  [google, 'https://www.google.com/search?q=x&tbs=isz:ex,iszw:800,iszh:600', { size: 'exactly 800×600' }],
  [
    google,
    'https://www.google.com/search?q=x&imgsz=m&imgtype=face&as_sitesearch=zoo.example&as_rights=cc_publicdomain',
    { size: 'medium', type: 'face', site: 'zoo.example', rights: 'Public domain' },
  ],
  [
    bing,
    'https://www.bing.com/images/search?q=x&qft=%2Bfilterui%3Aimagesize-large%2Bfilterui%3Acolor2-FGcls_RED%2Bfilterui%3Aphoto-clipart%2Bfilterui%3Aface-portrait%2Bfilterui%3Aaspect-tall%2Bfilterui%3Alicense-L2_L3_L4%2Bfilterui%3Aage-lt10080&adlt=strict',
    {
      size: 'large',
      color: 'red',
      type: 'clipart, portrait',
      aspect: 'tall',
      rights: 'Free to share and use commercially',
      time: 'past week',
      safe: 'strict',
    },
  ],
  [
    bing,
    'https://www.bing.com/images/search?q=site%3Azoo.example&qft=+filterui:imagesize-custom_800_600+filterui:licenseType-Any+filterui:color2-bw',
    {
      size: 'at least 800×600',
      color: 'black and white',
      rights: 'All Creative Commons',
      site: 'zoo.example',
    },
  ],
  [
    yandex,
    'https://yandex.com/images/search?text=x&isize=large&icolor=gray&type=lineart&itype=png&iorient=square&recent=7D&site=zoo.example',
    {
      size: 'large',
      color: 'gray',
      type: 'line drawing, png',
      aspect: 'square',
      time: 'past week',
      site: 'zoo.example',
    },
  ],
  [yandex, 'https://yandex.com/images/search?text=x&isize=eq&iw=800&ih=600', { size: 'exactly 800×600' }],
]

describe('the filters of a search, from its address', () => {
  test.each(cases.map(([harvester, address, filters]) => ({ harvester, address, filters })))(
    '$harvester.engine: $filters',
    ({ harvester, address, filters }) => expect(harvester.filters?.(new URL(address))).toEqual(filters),
  )
})
