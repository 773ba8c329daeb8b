/** `npm run package`: writes what the stores want into `dist/`. */
import { join } from 'node:path'
import { makePackages } from './packages.ts'

const root = join(import.meta.dirname, '..', '..')

for (const { name, bytes, sha256 } of makePackages(root, join(root, 'dist')))
  console.log(`${sha256}  dist/${name}  ${Math.ceil(bytes / 1000)} kB`)
