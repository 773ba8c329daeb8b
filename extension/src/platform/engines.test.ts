import { beforeAll, expect, test, vi } from 'vitest'
import type { EngineSite } from './engines.ts'

const verified = { by: 'real page', on: '2026-11-01' }
const known: readonly EngineSite[] = [
  {
    engine: 'lumen',
    label: 'Lumen Images',
    access: 'install',
    origins: ['https://www.lumen.example/*'],
    hasAnswers: false,
    verified,
  },
  {
    engine: 'prisma',
    label: 'Prisma',
    access: 'request',
    origins: ['https://prisma.example/*', 'https://*.prisma.example/*', 'https://prisma-in-german.example/*'],
    hasAnswers: true,
    verified,
  },
  { engine: 'any', label: 'Anybody’s', access: 'request', origins: [], hasAnswers: false, verified },
]

let engines: typeof import('./engines.ts')
beforeAll(async () => {
  vi.stubGlobal('__ENGINES__', known)
  engines = await import('./engines.ts')
})

test.each([
  [
    'an engine of the installation',
    'https://www.lumen.example/images?q=cat',
    {
      label: 'Lumen Images',
      isEngine: true,
      isInstalled: true,
      hasAnswers: false,
      origins: ['https://www.lumen.example/*'],
    },
  ],
  [
    'an engine to be allowed: no more than this page needs',
    'https://prisma-in-german.example/?q=Katze',
    {
      label: 'Prisma',
      isEngine: true,
      isInstalled: false,
      hasAnswers: true,
      origins: ['https://prisma-in-german.example/*'],
    },
  ],
  [
    'any other site, on any port',
    'http://garden.example:8080/roses',
    {
      label: 'garden.example',
      isEngine: false,
      isInstalled: false,
      hasAnswers: false,
      origins: ['http://garden.example/*'],
    },
  ],
  ['a page of the browser', 'chrome://settings', undefined],
  ['a file', 'file:///home/roses.html', undefined],
  ['nothing', '', undefined],
])('%s', (_, address, expected) => {
  expect(engines.siteOf(address, engines.engines)).toEqual(expected)
})
