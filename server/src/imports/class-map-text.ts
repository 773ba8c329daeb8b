import { AppError, isAppError } from '@gleaner/shared/errors'
import { ClassMap } from '@gleaner/shared/imports'
import Value from 'typebox/value'
import { parse } from 'yaml'

/**
 * @param text - YAML, of which JSON is a part: `hammer: [Hammer]`, or `hammer: {open-images: [Hammer], imagenet: [n03481172]}`
 * @throws AppError `CONFIG_INVALID` with the place that is wrong
 */
export function readClassMap(text: string): ClassMap {
  try {
    const map: unknown = parse(text, { maxAliasCount: 0 })
    if (Value.Check(ClassMap, map)) return map
    const [first] = Value.Errors(ClassMap, map)
    throw new AppError('CONFIG_INVALID', {
      ...{ setting: 'map of classes', at: first?.instancePath ?? '', reason: first?.message ?? '' },
    })
  } catch (error) {
    if (isAppError(error)) throw error
    throw new AppError('CONFIG_INVALID', { setting: 'map of classes', reason: 'no YAML' }, { cause: error })
  }
}
