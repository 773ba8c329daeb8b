import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import compiler from 'wabt'
import { compiledScan } from './scan.ts'

test('the committed bytes are what scan.wat compiles to', async () => {
  const wabt = await compiler()
  const text = readFileSync(new URL('./scan.wat', import.meta.url), 'utf8')
  const features = { simd: true, relaxed_simd: true }
  const module = wabt.parseWat('scan.wat', text, features)
  module.validate()
  expect(compiledScan).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'))
})
