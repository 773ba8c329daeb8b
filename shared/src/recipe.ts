/** A recipe says how a dataset came to be, so that it can be made anew: `gleaner.yaml`. */

import type { Static } from 'typebox'
import { Type } from 'typebox'
import { SearchFilters } from './candidate.ts'
import { ClassLabel, DatasetName, DatasetSettings } from './dataset.ts'
import { ExportRequest } from './exports.ts'
import { ImportRequest } from './imports.ts'
import { limits } from './limits.ts'
import { SplitPlan } from './splits.ts'

const closed = { additionalProperties: false } as const
const Count = Type.Integer({ minimum: 0 })

export const RecipeClass = Type.Object(
  {
    label: ClassLabel,
    goal: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    synonyms: Type.Optional(Type.Array(ClassLabel, { maxItems: 50, uniqueItems: true })),
    color: Type.Optional(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
    /** Label of the class above it. */
    parent: Type.Optional(ClassLabel),
  },
  closed,
)

/** A search a person made, and has to make again: pages are read in the person's own browser. */
export const RecipeSearch = Type.Object(
  {
    class: ClassLabel,
    engine: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
    query: Type.String({ minLength: 1, maxLength: limits.queryChars }),
    filters: Type.Optional(SearchFilters),
  },
  closed,
)

const { dataset: _, upload: __, ...importParts } = ImportRequest.properties
/** Paths are relative to the folder of the recipe. */
export const RecipeImport = Type.Object(
  { ...importParts, path: Type.String({ minLength: 1, maxLength: 4096 }) },
  closed,
)

const { versionId: ___, ...exportParts } = ExportRequest.properties
const { seed: ____, ...planParts } = SplitPlan.properties

export const Recipe = Type.Object(
  {
    recipe: Type.Literal(1),
    dataset: DatasetName,
    /** Of splits and everything else that is drawn by lot. */
    seed: Type.Optional(SplitPlan.properties.seed),
    classes: Type.Optional(Type.Array(RecipeClass, { maxItems: 10_000 })),
    searches: Type.Optional(Type.Array(RecipeSearch, { maxItems: 10_000 })),
    imports: Type.Optional(Type.Array(RecipeImport, { maxItems: 1_000 })),
    /** What is taken and how it is rendered; what is absent is as usual. */
    filters: Type.Optional(
      Type.Object(
        {
          ...Object.fromEntries(
            (['render', 'accept', 'nearDuplicates'] as const).map(part => [
              part,
              Type.Optional(Type.Partial(DatasetSettings.properties[part], closed)),
            ]),
          ),
          keepOriginals: Type.Optional(Type.Boolean()),
          honourOptOut: Type.Optional(Type.Boolean()),
          honourRobots: Type.Optional(Type.Boolean()),
          sendReferer: Type.Optional(Type.Boolean()),
          trashDays: Type.Optional(DatasetSettings.properties.trashDays),
        },
        closed,
      ),
    ),
    splits: Type.Optional(Type.Object(planParts, closed)),
    /** Each is written from one version that is made for them. */
    exports: Type.Optional(Type.Array(Type.Object(exportParts, closed), { maxItems: 100 })),
  },
  closed,
)
export type Recipe = Static<typeof Recipe>

export const RecipeText = Type.Object({ recipe: Type.String({ maxLength: 900_000 }) }, closed)
export type RecipeText = Static<typeof RecipeText>

/** `recipe` only where there is no problem. */
export const RecipeCheck = Type.Object(
  {
    problems: Type.Array(Type.Object({ at: Type.String(), say: Type.String() }, closed)),
    recipe: Type.Union([Recipe, Type.Null()]),
  },
  closed,
)
export type RecipeCheck = Static<typeof RecipeCheck>

/** Dataset, classes and filters are there now; the rest is for whoever applies it, one after the other. */
export const RecipeApplied = Type.Object({ datasetId: Type.String(), classes: Count, recipe: Recipe }, closed)
export type RecipeApplied = Static<typeof RecipeApplied>
