import { describe, expect, test } from 'vitest'
import type { MenuItem } from '../platform/menus.ts'
import type { CandidateAt, Destination } from '../platform/message-table.ts'
import { newDisk, openStore } from './fake-store.ts'
import { createMemory } from './memory.ts'
import { createPictureMenu, menuItems } from './picture-menu.ts'

const known: CandidateAt = {
  origin: { engine: 'lumen', query: 'cat' },
  candidate: {
    sources: [
      { kind: 'original', url: 'https://pictures.example/cat.jpg' },
      { kind: 'thumbnail', url: 'https://www.lumen.example/thumb/1' },
    ],
    license: { name: 'CC BY 4.0', basis: 'picture' },
  },
}
const click = {
  id: 'add:["Animals","cat"]',
  tabId: 7,
  imageUrl: 'https://www.lumen.example/thumb/1',
  pageUrl: 'https://www.lumen.example/images?q=cat#top',
}

async function setUp({
  candidateAt = async () => null as unknown,
  isConsented = true,
  recents = [{ dataset: 'Animals', class: 'cat' }],
} = {}) {
  const memory = createMemory(openStore(newDisk()), openStore(newDisk()))
  await memory.change({ isConsented })
  const chosen = { query: null, isOwnWord: true }
  for (const recent of [...recents].reverse()) await memory.choose(undefined, { ...recent, ...chosen })
  const state = {
    menus: [] as (readonly MenuItem[])[],
    drawing: 0,
    added: [] as [number, Destination, CandidateAt][],
    opened: [] as [number, string][],
    failed: [] as unknown[],
  }
  const menu = createPictureMenu({
    memory,
    show: async (_, items) => {
      state.drawing += 1
      expect(state.drawing).toBe(1)
      await Promise.resolve()
      state.drawing -= 1
      state.menus.push(items)
    },
    candidateAt: candidateAt as () => Promise<CandidateAt | null>,
    add: async (...what) => state.added.push(what),
    openPopup: async (...what) => void state.opened.push(what),
    failed: (_, error) => state.failed.push(error),
  })
  return { menu, memory, state }
}

describe('the menu', () => {
  test('names the classes used last, at most ten, and lets others be chosen', () => {
    const recents = Array.from({ length: 12 }, (_, index) => ({ dataset: 'Animals', class: `c${index}` }))
    const titles = menuItems(recents).map(({ title }) => title)
    expect(titles).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9', 'Choose…'])
    expect(menuItems([])).toEqual([{ id: 'choose', title: 'Choose…', isApart: false }])
  })

  test('says which dataset where there are several', () => {
    const recents = [
      { dataset: 'Animals', class: 'cat' },
      { dataset: 'Cars', class: 'cat' },
    ]
    expect(menuItems(recents).map(({ title }) => title)).toEqual(['cat (Animals)', 'cat (Cars)', 'Choose…'])
  })

  test('is drawn anew only when something changed, and never twice at once', async () => {
    const { menu, memory, state } = await setUp()
    await Promise.all([menu.refresh(), menu.refresh()])
    expect(state.menus).toHaveLength(1)
    await memory.choose(7, { dataset: 'Animals', class: 'dog', query: null, isOwnWord: true })
    await Promise.all([menu.refresh(), menu.refresh()])
    expect(state.menus.map(items => items.map(({ title }) => title))).toEqual([
      ['cat', 'Choose…'],
      ['dog', 'cat', 'Choose…'],
    ])
  })
})

describe('a click', () => {
  test('brings all that the page says of the picture', async () => {
    const { menu, state } = await setUp({ candidateAt: async () => known })
    await menu.clicked(click)
    expect(state.added).toEqual([[7, { dataset: 'Animals', class: 'cat' }, known]])
  })

  test.each([
    ['where no content script answers', () => Promise.reject(new Error('nobody'))],
    ['that is no result of the page', async () => null],
    ['of which the page talks nonsense', async () => ({ origin: {}, candidate: { sources: [] } })],
  ])('on a picture %s brings the picture itself', async (_, candidateAt) => {
    const { menu, state } = await setUp({ candidateAt })
    await menu.clicked(click)
    const page = 'https://www.lumen.example/images?q=cat'
    const picture = {
      origin: { engine: 'page', pageUrl: page },
      candidate: { sources: [{ kind: 'original', url: click.imageUrl }], landingUrl: page },
    }
    expect(state.added).toEqual([[7, { dataset: 'Animals', class: 'cat' }, picture]])
  })

  test.each(['data:image/png;base64,AA==', 'blob:https://www.lumen.example/1', 'file:///tmp/a.jpg'])(
    'on a picture without an address of its own brings nothing: %s',
    async imageUrl => {
      const { menu, state } = await setUp()
      await menu.clicked({ ...click, imageUrl })
      expect(state.added).toEqual([])
      expect(state.failed).toHaveLength(1)
    },
  )

  test('on a drawn-in picture that the page knows brings what it knows', async () => {
    const { menu, state } = await setUp({ candidateAt: async () => known })
    await menu.clicked({ ...click, imageUrl: 'data:image/png;base64,AA==' })
    expect(state.added).toHaveLength(1)
  })

  test('on Choose opens the popup at once and keeps the picture for it', async () => {
    const { menu, memory, state } = await setUp({ candidateAt: async () => known })
    const done = menu.clicked({ ...click, id: 'choose' })
    expect(state.opened).toEqual([[7, click.pageUrl]])
    await done
    expect((await memory.tab(7)).picture).toEqual(known)
    expect(state.added).toEqual([])
  })

  test('on Choose leaves nothing of a picture that was not answered about before', async () => {
    let find = (_: unknown) => {}
    const looked = new Promise(resolve => {
      find = resolve
    })
    const { menu, memory } = await setUp({ candidateAt: () => looked })
    await memory.changeTab(7, { picture: known })
    const done = menu.clicked({ ...click, id: 'choose' })
    await expect.poll(async () => (await memory.tab(7)).picture).toBeNull()
    const other = {
      ...known,
      candidate: { sources: [{ kind: 'original', url: 'https://pictures.example/dog.jpg' }] },
    }
    find(other)
    await done
    expect((await memory.tab(7)).picture).toEqual(other)
  })

  test('before the person agreed to anything asks first', async () => {
    const { menu, state } = await setUp({ isConsented: false, candidateAt: async () => known })
    await menu.clicked(click)
    expect(state.added).toEqual([])
    expect(state.opened).toHaveLength(1)
  })
})
