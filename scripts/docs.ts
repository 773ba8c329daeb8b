/** Writes the pages of docs/ that are derived from code. A test holds each of them equal to its source. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { enginesPage } from '../extension/scripts/engines-doc.ts'
import { apiPage } from '../server/scripts/api-doc.ts'
import { errorsPage } from './errors-page.ts'

const docs = fileURLToPath(new URL('../docs/', import.meta.url))

writeFileSync(`${docs}engines.md`, enginesPage())
writeFileSync(`${docs}errors.md`, errorsPage())
writeFileSync(`${docs}api.md`, await apiPage())
