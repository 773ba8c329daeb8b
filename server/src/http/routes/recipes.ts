import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { RecipeApplied, RecipeCheck, RecipeText } from '@gleaner/shared/recipe'
import { nameOf } from '../by-of.ts'
import { datasetIn } from '../dataset-in.ts'
import type { RouteDeps } from '../route-deps.ts'
import { DatasetParams, Nothing, refusals } from '../schemas.ts'

/** How a dataset came to be, as a file that makes it anew. */
export const recipeRoutes: FastifyPluginAsyncTypebox<RouteDeps> = async (
  app,
  { home, imports, hub, log },
) => {
  app.get(
    '/api/datasets/:datasetId/recipe',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'The recipe of a dataset, in YAML.',
        params: DatasetParams,
        querystring: Nothing,
        response: { 200: RecipeText, ...refusals },
      },
    },
    async ({ params }) => ({ recipe: await imports.recipes.write(datasetIn(home, params).id) }),
  )

  app.post(
    '/api/recipes/check',
    {
      config: { access: 'owner' },
      schema: {
        summary: 'What is wrong with a recipe, each with its place. Changes nothing.',
        querystring: Nothing,
        body: RecipeText,
        response: { 200: RecipeCheck, ...refusals },
      },
    },
    async ({ body }) => imports.recipes.check(body.recipe),
  )

  app.post(
    '/api/recipes',
    {
      config: { access: 'owner' },
      schema: {
        summary:
          'Makes the dataset of a recipe, its classes and filters. Imports, splits and exports are left to whoever asked.',
        querystring: Nothing,
        body: RecipeText,
        response: { 200: RecipeApplied, ...refusals },
      },
    },
    async ({ body, caller }) => {
      const applied = await imports.recipes.apply(body.recipe, nameOf(caller))
      log.info('recipe-applied', { dataset: applied.datasetId })
      hub.changed(applied.datasetId)
      return applied
    },
  )
}
