/** A recipe is written, read and put to work; applied to an empty home it gives the same recipe again. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createImports, type Imports } from '../src/imports/imports.ts'
import { type RunningIngest, runIngest } from './support/run-ingest.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }
let run: RunningIngest
let imports: Imports
beforeAll(async () => {
  run = await runIngest()
  imports = createImports({ ...run, log })
})
afterAll(async () => {
  expect(await run.close()).toEqual([])
})

const recipe = `recipe: 1
dataset: Birds
seed: spring
classes:
  - label: "test: tube"
    goal: 200
  - label: Robin
    description: "A bird: small, #1"
    synonyms:
      - Redbreast
    color: "#ff0000"
    parent: Bird
  - label: Bird
filters:
  accept:
    minSidePx: 128
  honourRobots: false
splits:
  sizes: { kind: shares, validation: 0.1, test: 0.2 }
  byLandingPage: true
  folds: 5
  trials: [0.1]
exports:
  - format: class-folders
    render: { sidePx: 224, fit: cover }
`

test('applied, it makes dataset, classes and filters; applied again, nothing changes', async () => {
  for (let turn = 0; turn < 2; turn += 1) {
    const { datasetId, classes, recipe: read } = await imports.recipes.apply(recipe, 'test')
    expect(classes).toBe(3)
    expect(read.exports).toMatchObject([{ format: 'class-folders' }])
    const store = run.home.byId(datasetId)
    await store?.acts.idle()
    expect(store?.settings()).toMatchObject({
      honourRobots: false,
      accept: { minSidePx: 128, maxAspect: 20 },
    })
    const known = store?.classes() ?? []
    const bird = known.find(({ label }) => label === 'Bird')
    expect(known.find(({ label }) => label === 'Robin')).toMatchObject({
      ...{ description: 'A bird: small, #1', synonyms: ['Redbreast'], color: '#ff0000', parentId: bird?.id },
    })
    expect(known).toHaveLength(3)
  }
})

test('written, it reads as what it was written from, with the searches that led there', async () => {
  run.collect([{ sources: [{ kind: 'original', url: 'http://127.0.0.1:1/a.jpg' }] }], { class: 'Robin' })
  const store = run.home.byName('Birds')
  store?.accept(
    'test',
    {
      ...{ batchId: 'a'.repeat(32), dataset: 'Birds', class: 'Robin' },
      origin: { engine: 'bing', query: 'robin: "wild"', filters: { size: 'large' } },
      candidates: [{ sources: [{ kind: 'original', url: 'http://127.0.0.1:1/b.jpg' }] }],
    },
    run.rules,
  )
  const text = await imports.recipes.write(store?.id ?? '')
  const { problems, recipe: read } = imports.recipes.check(text)
  expect(problems).toEqual([])
  expect(read).toMatchObject({
    dataset: 'Birds',
    searches: [{ class: 'Robin', engine: 'bing', query: 'robin: "wild"', filters: { size: 'large' } }],
    filters: { accept: { minSidePx: 128 }, honourRobots: false },
  })
  expect(read?.classes?.find(({ label }) => label === 'Robin')).toMatchObject({
    parent: 'Bird',
    color: '#ff0000',
  })
  expect(read?.classes?.find(({ label }) => label === 'test: tube')).toEqual({
    label: 'test: tube',
    goal: 200,
  })
})

test.each([
  ['no YAML', 'recipe: 1\n  dataset: [', /^line /],
  ['aliases', 'recipe: 1\ndataset: &a Birds\nseed: *a\n', /^\/$/],
  ['a key nobody knows', 'recipe: 1\ndataset: Birds\nclases: []\n', /^\//],
  ['another kind of recipe', 'recipe: 2\ndataset: Birds\n', /recipe/],
  ['a goal that is none', 'recipe: 1\ndataset: Birds\nclasses: [{label: a, goal: 0}]\n', /classes\/0\/goal/],
  ['a class twice', 'recipe: 1\ndataset: Birds\nclasses: [{label: a}, {label: a}]\n', /classes\/1\/label/],
  [
    'three levels',
    'recipe: 1\ndataset: Birds\nclasses: [{label: a, parent: b}, {label: b, parent: c}]\n',
    /classes\/0\/parent/,
  ],
])('%s is told with its place, and nothing is made', async (_what, text, at) => {
  const { problems, recipe: read } = imports.recipes.check(text.replace('Birds', 'Other'))
  expect(read).toBeNull()
  expect(problems.map(problem => problem.at)).toContainEqual(expect.stringMatching(at))
  await expect(imports.recipes.apply(text.replace('Birds', 'Other'), 'test')).rejects.toMatchObject({
    code: 'RECIPE_INVALID',
  })
  expect(run.home.byName('Other')).toBeUndefined()
})
