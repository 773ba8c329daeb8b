/** A report for the terminal. */
import type { ReportGroup, ReportMember, ScanReport } from './report.ts'
import { count, facts, matchWords, printable, size } from './words.ts'

export function reportLines(report: ScanReport): string[] {
  return [
    ...report.groups.flatMap((group, at) => [...groupLines(group, at + 1), '']),
    ...unusableLines(report),
    ...summaryLines(report),
  ]
}

function groupLines({ kind, members }: ReportGroup, number: number): string[] {
  const head = kind === 'copies' ? 'copies of one picture' : 'shots of one scene; all are worth keeping'
  return [
    `${number}. ${count(members.length, 'file')}: ${head}`,
    ...members.flatMap((member, at) =>
      memberLines(member, kind === 'copies' ? (at === 0 ? 'keep' : 'copy') : 'shot'),
    ),
  ]
}

function memberLines(member: ReportMember, role: string): string[] {
  const match = member.match ? ` · ${matchWords(member.match)}` : ''
  const own = `  ${role}  ${printable(member.path)}  (${facts(member)})${match}`
  return [own, ...member.reasons.map(reason => `        ${printable(reason)}`)]
}

function unusableLines({ unusable }: ScanReport): string[] {
  if (unusable.length === 0) return []
  return [
    `${count(unusable.length, 'file')} could not be compared:`,
    ...unusable.map(({ path, code, reason }) => `  ${printable(path)}  ${reason} [${code}]`),
    '',
  ]
}

export function summaryLines(report: ScanReport): string[] {
  const { groups, copies, copyBytes, pictures, files, links, otherFiles } = report
  const bursts = groups.filter(({ kind }) => kind === 'burst').length
  const found =
    copies === 0
      ? 'No copies'
      : `${count(copies, 'copy', 'copies')} (${size(copyBytes)}) in ${count(groups.length - bursts, 'group')}`
  const passedOver = [
    ...(otherFiles > 0 ? [count(otherFiles, 'other file')] : []),
    ...(links > 0 ? [`${count(links, 'link')} not followed`] : []),
  ]
  return [
    `${found} among ${count(pictures, 'picture')} of ${count(files, 'file')}.${bursts > 0 ? ` ${count(bursts, 'burst')}.` : ''}`,
    ...(passedOver.length > 0 ? [`Passed over: ${passedOver.join(', ')}.`] : []),
    'Nothing was changed or deleted.',
  ]
}
