/** Recipes: read from YAML, written from a dataset, and put to work as far as nobody has to be asked. */
import { randomBytes } from 'node:crypto'
import type { DatasetPatch } from '@gleaner/shared/api'
import { defaultSettings } from '@gleaner/shared/dataset'
import { AppError } from '@gleaner/shared/errors'
import { Recipe, type RecipeApplied, type RecipeCheck } from '@gleaner/shared/recipe'
import Value from 'typebox/value'
import { LineCounter, parseDocument, stringify } from 'yaml'
import type { DatasetStore, Home } from '../store/types.ts'

const mostProblems = 20

/** @returns what is wrong, each with its place: a line, or a path such as `/classes/0/goal` */
export function checkRecipe(text: string): RecipeCheck {
  const lines = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const broken = parsed.errors.map(({ pos, code }) => ({
    at: `line ${lines.linePos(pos[0]).line}`,
    say: code.toLowerCase().replaceAll('_', ' '),
  }))
  if (broken.length > 0) return { problems: broken.slice(0, mostProblems), recipe: null }
  const value = contentOf(parsed)
  if (value === undefined) return { problems: [{ at: '/', say: 'aliases are not read' }], recipe: null }
  if (!Value.Check(Recipe, value)) {
    const problems = [...Value.Errors(Recipe, value)].map(({ instancePath, message }) => ({
      at: instancePath === '' ? '/' : instancePath,
      say: message,
    }))
    return { problems: problems.slice(0, mostProblems), recipe: null }
  }
  const problems = classProblems(value)
  return { problems, recipe: problems.length === 0 ? value : null }
}

/** A list of aliases of aliases would otherwise grow without bound. */
function contentOf(parsed: ReturnType<typeof parseDocument>): unknown {
  try {
    return parsed.toJS({ maxAliasCount: 0 })
  } catch {
    return undefined
  }
}

function classProblems({ classes = [] }: Recipe): RecipeCheck['problems'] {
  const labels = classes.map(({ label }) => label.normalize('NFC'))
  const parents = new Map(classes.map(({ label, parent }) => [label, parent]))
  return classes.flatMap(({ label, parent }, at) => {
    const isTwice = labels.indexOf(label.normalize('NFC')) !== at
    const isDeep = parent !== undefined && (parent === label || parents.get(parent) !== undefined)
    return [
      ...(isTwice ? [{ at: `/classes/${at}/label`, say: 'is there twice' }] : []),
      ...(isDeep
        ? [{ at: `/classes/${at}/parent`, say: 'has a class above it, or is the class itself' }]
        : []),
    ]
  })
}

/** @throws AppError `RECIPE_INVALID` with the first place that is wrong */
export function readRecipe(text: string): Recipe {
  const { recipe, problems } = checkRecipe(text)
  if (recipe) return recipe
  const { at = '/', say = '' } = problems[0] ?? {}
  throw new AppError('RECIPE_INVALID', { at, reason: say, problems: problems.length })
}

type Described = Pick<DatasetStore, 'summary' | 'settings' | 'imports' | 'splits' | 'searches'>

/** @returns the YAML of a recipe that would lead to a dataset like this one */
export async function writeRecipe(store: Described): Promise<string> {
  const { name, classes } = store.summary()
  const { plan } = await store.splits.state()
  const labels = new Map(classes.map(({ id, label }) => [id, label]))
  const { seed, ...splits } = plan ?? {}
  const imports = store.imports.all().flatMap(({ id, request, state }) => {
    const { dataset: _, upload, path, ...rest } = request
    const stands = state === 'done' && store.imports.undone(id) === 'no'
    return stands && path !== undefined && upload === undefined ? [{ path, ...rest }] : []
  })
  const recipe = {
    ...{ recipe: 1, dataset: name },
    ...(seed !== undefined && { seed }),
    classes: classes.map(({ label, goal, description, synonyms, color, parentId }) => ({
      label,
      ...(goal !== null && { goal }),
      ...(description !== '' && { description }),
      ...(synonyms.length > 0 && { synonyms }),
      ...(color !== null && { color }),
      ...(parentId !== null && { parent: labels.get(parentId) }),
    })),
    searches: store.searches(),
    imports: imports.toReversed(),
    filters: differing(store.settings(), defaultSettings),
    ...(plan && { splits }),
  }
  return stringify(recipe, { lineWidth: 100 })
}

/** What is not as usual. */
function differing(given: object, usual: object): object {
  const entries = Object.entries(given).flatMap(([key, value]) => {
    const other = (usual as Readonly<Record<string, unknown>>)[key]
    if (JSON.stringify(value) === JSON.stringify(other)) return []
    const isPart = typeof value === 'object' && value !== null && typeof other === 'object' && other !== null
    return [[key, isPart ? differing(value, other) : value]]
  })
  return Object.fromEntries(entries)
}

/**
 * Makes the dataset, its classes and its filters; those that are there are brought to what the recipe says. Applied again,
 * nothing changes.
 *
 * @throws AppError `RECIPE_INVALID`, and what making datasets and classes throws
 */
export async function applyRecipe(
  text: string,
  home: Pick<Home, 'byName' | 'create'>,
  by: string,
): Promise<RecipeApplied> {
  const recipe = readRecipe(text)
  const store = home.byName(recipe.dataset) ?? home.create(recipe.dataset)
  const { filters, classes = [] } = recipe
  if (filters) store.update({ settings: filters as NonNullable<DatasetPatch['settings']> })
  const ids = new Map<string, number>()
  for (const { label } of classes) ids.set(label, store.ensureClass(label).id)
  for (const { label, parent, ...facts } of classes) {
    const classId = ids.get(label)
    if (classId === undefined) continue
    const parentId = parent === undefined ? undefined : (ids.get(parent) ?? store.ensureClass(parent).id)
    const described = { ...facts, ...(parentId !== undefined && { parentId }) }
    if (Object.keys(described).length === 0) continue
    const key = randomBytes(16).toString('hex')
    await store.acts.ask({ key, act: { kind: 'describe-class', classId, facts: described } }, by)
  }
  return { datasetId: store.id, classes: classes.length, recipe }
}
