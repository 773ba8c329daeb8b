/** A report as one page that needs nothing else: pictures stand in it, nothing is loaded, nothing runs. */
import { pathToFileURL } from 'node:url'
import { fileOf, type ReportGroup, type ReportMember, type ScanReport } from './report.ts'
import { summaryLines } from './report-text.ts'
import { count, facts, matchWords, printable } from './words.ts'

/** How a page begins: a file that does not is nobody's to be written over. */
export const pageMark = '<!doctype html>\n<!-- Duplicates found by Gleaner -->\n'

/** A page with more pictures would be too heavy to open. */
export const mostGroups = 400
export const mostMembers = 24

/** @returns a small JPEG of the file; `undefined` where it cannot be made any more */
export type Thumbnail = (root: string, path: string) => Promise<Buffer | undefined>

/** The page, piece by piece, so that it never lies in memory as a whole. */
export async function* reportPage(report: ScanReport, thumbnail: Thumbnail): AsyncGenerator<string> {
  yield pageMark + head(report)
  for (const [at, group] of report.groups.slice(0, mostGroups).entries()) {
    yield groupHead(group, at + 1)
    const shown = group.members.slice(0, mostMembers)
    const thumbnails = await Promise.all(shown.map(({ path }) => thumbnail(report.folder, path)))
    for (const [place, member] of shown.entries()) {
      const isKept = group.kind === 'copies' && place === 0
      yield memberFigure(report.folder, member, thumbnails[place], { isKept })
    }
    yield groupEnd(group)
  }
  const left = report.groups.length - mostGroups
  if (left > 0) yield `<p>${count(left, 'more group')}: see the text or --json.</p>\n`
  yield unusableTable(report)
  yield '</main>\n'
}

const escaped = (text: string) =>
  printable(text).replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)

const head = (report: ScanReport) => `<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Duplicates in ${escaped(report.folder)}</title>
<style>${style}</style>
<main>
<h1>Duplicates in ${escaped(report.folder)}</h1>
${summaryLines(report)
  .map(line => `<p>${escaped(line)}</p>`)
  .join('\n')}
`

const groupHead = ({ kind, members }: ReportGroup, number: number) => `<section aria-labelledby="g${number}">
<h2 id="g${number}">${number}. ${
  kind === 'copies'
    ? `${count(members.length, 'copy', 'copies')} of one picture`
    : `${count(members.length, 'shot')} of one scene <small>all are worth keeping</small>`
}</h2>
<div class="members">
`

function memberFigure(
  root: string,
  member: ReportMember,
  picture: Buffer | undefined,
  { isKept }: { readonly isKept: boolean },
): string {
  const href = escaped(pathToFileURL(fileOf(root, member)).href)
  const alt = escaped(member.path)
  const image = picture
    ? `<img src="data:image/jpeg;base64,${picture.toString('base64')}" alt="${alt}" loading="lazy">`
    : '<p class="gone">The file cannot be read any more.</p>'
  const reasons = member.reasons.map(reason => `<li>${escaped(reason)}</li>`).join('')
  return `<figure${isKept ? ' class="kept"' : ''}>
<a href="${href}">${image}</a>
<figcaption>
${isKept ? '<strong class="keep">Keep</strong>' : ''}<span class="path">${alt}</span>
<span>${escaped(facts(member))}</span>
${member.match ? `<span class="match">${escaped(matchWords(member.match))}</span>` : ''}
${reasons ? `<ul>${reasons}</ul>` : ''}
</figcaption>
</figure>
`
}

const groupEnd = ({ members }: ReportGroup) =>
  `</div>\n${members.length > mostMembers ? `<p>${count(members.length - mostMembers, 'more file')}: see the text or --json.</p>\n` : ''}</section>\n`

function unusableTable({ unusable }: ScanReport): string {
  if (unusable.length === 0) return ''
  const rows = unusable
    .map(
      ({ path, code, reason }) =>
        `<tr><td class="path">${escaped(path)}<td>${escaped(reason)}<td>${escaped(code)}`,
    )
    .join('\n')
  return `<section aria-labelledby="unusable"><h2 id="unusable">Could not be compared</h2>
<table><tr><th>File<th>Reason<th>Code\n${rows}</table></section>\n`
}

const style = `
:root { color-scheme: light dark; --ground: #f6f5f1; --surface: #fff; --line: #dedbd1; --ink: #1e1d1a; --soft: #55524a;
  --accent: #1f6b4b; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --ground: #151513; --surface: #1e1e1b; --line: #36352f; --ink: #efede6;
  --soft: #bdb9ad; --accent: #6cc797; --on-accent: #08251a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 0.875rem/1.45 system-ui, sans-serif; }
main { max-width: 90rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; margin: 0 0 0.5rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 0.5rem; }
h2 small { font-weight: 400; color: var(--soft); }
p { margin: 0.25rem 0; color: var(--soft); }
.members { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: stretch; }
figure { margin: 0; padding: 0.5rem; width: min(16.5rem, calc(50% - 0.375rem)); background: var(--surface);
  border: 1px solid var(--line); border-radius: 0.5rem; }
figure.kept { border: 2px solid var(--accent); }
img { display: block; width: 100%; height: 13rem; object-fit: contain; background: var(--ground); border-radius: 0.25rem; }
figcaption { margin-top: 0.5rem; }
figcaption > span { display: block; color: var(--soft); }
figcaption > .path { color: var(--ink); }
.path { overflow-wrap: anywhere; }
.keep { float: right; margin-left: 0.5rem; padding: 0 0.5rem; border-radius: 1rem; background: var(--accent); color: var(--on-accent); }
.gone { display: grid; place-items: center; height: 13rem; text-align: center; }
ul { margin: 0.25rem 0 0; padding-left: 1.1rem; }
a:focus-visible { outline: 2px solid #1663c7; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); }
`
