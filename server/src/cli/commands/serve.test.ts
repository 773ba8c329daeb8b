import { AppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { readConfig } from '../../config.ts'
import { createOutput } from '../output.ts'
import { announce, untilStopped } from './serve.ts'

function listen(isJson: boolean) {
  const heard = { out: '', err: '' }
  const output = createOutput(
    isJson,
    text => (heard.out += text),
    text => (heard.err += text),
  )
  return { heard, output }
}

const server = {
  config: readConfig({ home: '/data' }, {}),
  port: 4817,
  recovered: {},
  broken: [{ id: 'birds', error: new AppError('STORE_DAMAGED') }],
  dashboardLink: () => 'http://127.0.0.1:4817/#key=1',
}

test('the start names datasets that could not be opened', () => {
  const lines = listen(false)
  announce(server, lines.output)
  expect(lines.heard.out).toMatch(/"birds" could not be opened:\n {2}The index .*\[STORE_DAMAGED\]\n/)
  const json = listen(true)
  announce(server, json.output)
  expect(JSON.parse(json.heard.out).broken).toMatchObject([{ id: 'birds', error: { code: 'STORE_DAMAGED' } }])
})

test('a disk that cannot be trusted ends the process with an explanation, and nothing is closed or synced', () => {
  const { heard, output } = listen(false)
  const fatal = new AppError('STORE_IO', {}, { cause: new AppError('STORE_IO', { found: 'EIO' }) })
  const done: string[] = []
  const isWaiting = untilStopped(
    {
      onFatal: listener => listener(fatal),
      stop: async () => void done.push('stopped'),
    },
    output,
    code => done.push(`exit ${code}`),
  )
  expect(isWaiting).toBeInstanceOf(Promise)
  expect(done).toEqual(['exit 74'])
  expect(heard.err).toMatch(/^The disk reported an error\. \[STORE_IO\]\n/)
})
