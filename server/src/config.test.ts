import { isAppError } from '@gleaner/shared/errors'
import { defaultPort } from '@gleaner/shared/limits'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('the command line wins over the environment, the environment over the defaults', () => {
  const env = { GLEANER_HOME: '/data/env', GLEANER_PORT: '5001' }
  expect(readConfig({ home: '/data/flag', port: '5002' }, env)).toMatchObject({
    home: '/data/flag',
    port: 5002,
  })
  expect(readConfig({}, env)).toMatchObject({ home: '/data/env', port: 5001 })
  expect(readConfig({}, {})).toMatchObject({ port: defaultPort })
})

test.each(['', 'x', '80', '70000', '4817 ', '-1', '1e4'])('port "%s" is refused by name', port => {
  try {
    readConfig({ port }, {})
    expect.unreachable()
  } catch (error) {
    expect(isAppError(error) && [error.code, error.facts.setting]).toEqual(['CONFIG_INVALID', 'port'])
  }
})

test('the person who collects may say how hosts can reach them', () => {
  const contact = 'mailto:anna@photos.example'
  expect(readConfig({}, { GLEANER_CONTACT: ` ${contact} ` })).toMatchObject({ contact })
  expect(readConfig({}, { GLEANER_CONTACT: ' ' })).not.toHaveProperty('contact')
  expect(readConfig({}, {})).not.toHaveProperty('contact')
})
