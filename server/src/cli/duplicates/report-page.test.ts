import { expect, test } from 'vitest'
import type { ReportMember, ScanReport } from './report.ts'
import { mostGroups, mostMembers, pageMark, reportPage } from './report-page.ts'

const member = (path: string, more: Partial<ReportMember> = {}): ReportMember => ({
  ...{ path, widthPx: 640, heightPx: 480, format: 'jpeg', sizeBytes: 51_234, match: null, reasons: [] },
  ...more,
})

const report = (more: Partial<ScanReport> = {}): ScanReport => ({
  ...{ folder: '/pictures', files: 3, pictures: 3, groups: [], copies: 0, copyBytes: 0, unusable: [] },
  ...{ links: 0, otherFiles: 0, ...more },
})

const pageOf = async (given: ScanReport) => {
  const pieces: string[] = []
  for await (const piece of reportPage(given, async (_root, path) =>
    path.startsWith('gone') ? undefined : Buffer.from(path),
  )) {
    pieces.push(piece)
  }
  return pieces.join('')
}

const copies = (...members: ReportMember[]) => ({ kind: 'copies', members }) as const

test('pictures stand side by side, the one to keep marked, each with its reasons', async () => {
  const match = { with: 'a.jpg', level: 'look', kind: 'crop', distanceBits: 12, difference: 0.02 } as const
  const page = await pageOf(
    report({
      groups: [
        copies(
          member('a.jpg', { reasons: ['Shows the most of the scene.'] }),
          member('b.jpg', { match, reasons: ['Shows less of the scene: about 10 % is cut off.'] }),
        ),
      ],
    }),
  )
  expect(page.startsWith(pageMark)).toBe(true)
  expect(page).toContain(`src="data:image/jpeg;base64,${Buffer.from('a.jpg').toString('base64')}"`)
  expect(page.match(/class="kept"/g)).toHaveLength(1)
  expect(page.indexOf('class="kept"')).toBeLessThan(page.indexOf('b.jpg'))
  expect(page).toContain('<li>Shows the most of the scene.</li>')
  expect(page).toContain('one is cropped, 12 bits, 2.0 % apart')
})

test('needs nothing from outside and runs nothing', async () => {
  const page = await pageOf(report({ groups: [copies(member('a.jpg'), member('b.jpg'))] }))
  expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`)
  expect(page).not.toMatch(/<script|<link|@import|url\(|src="(?!data:)/)
})

test('names and reasons of files are text, not markup', async () => {
  const evil = `"><img src=x onerror='alert(1)'>&amp;.jpg`
  const page = await pageOf(
    report({
      folder: '/<b>',
      groups: [copies(member(evil, { reasons: [`<script>${evil}`] }), member('b.jpg'))],
      unusable: [{ path: evil, code: 'IMAGE_CORRUPT', reason: '<i>' }],
    }),
  )
  expect(page).not.toMatch(/<(?:script|b|i)>|src=x onerror='|&amp;/)
  expect(page).toContain('&#38;amp;')
})

test('of shots of a scene none is proposed', async () => {
  const page = await pageOf(
    report({ groups: [{ kind: 'burst', members: [member('a.jpg'), member('b.jpg')] }] }),
  )
  expect(page).not.toContain('class="kept"')
  expect(page).toContain('all are worth keeping')
})

test('a file that is gone leaves its place', async () => {
  const page = await pageOf(report({ groups: [copies(member('gone.jpg'), member('b.jpg'))] }))
  expect(page).toContain('cannot be read any more')
})

test('stays small enough to open, and says what it leaves out', async () => {
  const many = Array.from({ length: mostMembers + 3 }, (_, at) => member(`${at}.jpg`))
  const page = await pageOf(report({ groups: Array.from({ length: mostGroups + 2 }, () => copies(...many)) }))
  expect(page.match(/<figure/g)).toHaveLength(mostGroups * mostMembers)
  expect(page).toContain('2 more groups')
  expect(page).toContain('3 more files')
})
