import { expect, test } from 'vitest'
import { createSharedSyncs } from './shared-syncs.ts'

/** Syncs that end when they are told to. */
function setUp() {
  const begun: { readonly path: string; readonly end: (error?: Error) => void }[] = []
  const sync = createSharedSyncs(
    path =>
      new Promise((resolve, reject) => {
        begun.push({ path, end: error => (error ? reject(error) : resolve()) })
      }),
  )
  const ended: string[] = []
  const ask = (name: string, path = 'robin') =>
    sync(path).then(
      () => void ended.push(name),
      () => void ended.push(`${name} failed`),
    )
  const turn = () => new Promise(resolve => setImmediate(resolve))
  return { begun, ended, ask, turn }
}

test('a sync that began before the change does not count; those who wait for the next one share it', async () => {
  const { begun, ended, ask, turn } = setUp()
  void ask('a')
  void ask('b')
  void ask('c')
  await turn()
  expect(begun).toHaveLength(1)
  begun[0]?.end()
  await turn()
  expect(ended).toEqual(['a'])
  expect(begun).toHaveLength(2)
  void ask('d')
  begun[1]?.end()
  await turn()
  expect(ended, 'd came while it was under way').toEqual(['a', 'b', 'c'])
  begun[2]?.end()
  await turn()
  expect(ended).toEqual(['a', 'b', 'c', 'd'])
  expect(begun).toHaveLength(3)
})

test('folders do not wait for each other', async () => {
  const { begun, ended, ask, turn } = setUp()
  void ask('a')
  void ask('b', 'wren')
  expect(begun.map(({ path }) => path)).toEqual(['robin', 'wren'])
  begun[1]?.end()
  await turn()
  expect(ended).toEqual(['b'])
})

test('after a failed sync those who wait for the next one fail, too: it is not tried again', async () => {
  const { begun, ended, ask, turn } = setUp()
  void ask('a')
  void ask('b')
  begun[0]?.end(new Error('EIO'))
  await turn()
  expect(ended).toEqual(['a failed', 'b failed'])
  expect(begun).toHaveLength(1)
})

test('what is over is forgotten: the next one begins at once', async () => {
  const { begun, ended, ask, turn } = setUp()
  for (const [place, name] of ['a', 'b'].entries()) {
    void ask(name)
    await turn()
    expect(begun).toHaveLength(place + 1)
    begun[place]?.end()
    await turn()
  }
  expect(ended).toEqual(['a', 'b'])
})

test('a second sync that fails after it began fails for its own callers alone, and is forgotten', async () => {
  const { begun, ended, ask, turn } = setUp()
  const unheard: unknown[] = []
  const hear = (reason: unknown) => void unheard.push(reason)
  process.on('unhandledRejection', hear)
  try {
    void ask('a')
    void ask('b')
    begun[0]?.end()
    await turn()
    begun[1]?.end(new Error('EMFILE'))
    await turn()
    await turn()
    expect(ended).toEqual(['a', 'b failed'])
    expect(unheard, 'rejections nobody listens to').toEqual([])
  } finally {
    process.off('unhandledRejection', hear)
  }
  void ask('c')
  expect(begun, 'the next one begins at once').toHaveLength(3)
})
