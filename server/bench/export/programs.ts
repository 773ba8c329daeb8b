/** Programs of this machine that exports are measured beside. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export const onPath = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, name)))
