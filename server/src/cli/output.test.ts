import { AppError } from '@gleaner/shared/errors'
import { expect, test } from 'vitest'
import { createOutput, errorLines, table } from './output.ts'
import { createProgressLine } from './progress-line.ts'

test('an expected error is a sentence, its facts and a hint; never a stack', () => {
  const lines = errorLines(new AppError('CONFIG_PORT_TAKEN', { port: 4817 }))
  expect(lines[0]).toBe('Another program is using the port. [CONFIG_PORT_TAKEN]')
  expect(lines[1]).toContain('port: 4817')
  expect(lines.join('\n')).not.toContain('at ')
})

test('JSON output holds the data and nothing else', () => {
  let out = ''
  const output = createOutput(
    true,
    text => (out += text),
    () => {},
  )
  output.note('working …')
  output.result({ images: 3 }, () => ['3 pictures'])
  expect(JSON.parse(out)).toEqual({ images: 3 })
})

test('columns line up, numbers to the right', () => {
  expect(
    table(
      ['class', 'images'],
      [
        ['cat', 7],
        ['red panda', 120],
      ],
    ),
  ).toEqual(['class      images', 'cat             7', 'red panda     120'])
})

test('in a log, progress is a line at each tenth', () => {
  const lines: string[] = []
  const progress = createProgressLine({ write: text => lines.push(text) })
  for (let done = 0; done <= 100; done++) progress.update(done, 100, 'stored')
  expect(lines).toHaveLength(11)
  expect(lines.at(-1)).toBe('100/100  stored\n')
})
