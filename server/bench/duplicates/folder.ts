/**
 * One folder through `gleaner duplicates scan` and through findimagedupes (Debian), each as the whole process a person would
 * start: CPU of both, and what each finds. Without that program nothing is compared, and the figures are `null`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TransformName } from '../../src/imaging/transforms.ts'
import { smallPhotos } from '../bench-photos.ts'
import type { Bench, Result } from '../figure.ts'
import { fixed, line, medianOf, ratio } from '../ingest/statistics.ts'
import { cpuSecondsOf } from '../process-tree.ts'
import { type Score, scoreGroups, type Versions, writeVersions } from './versions.ts'

const edits: readonly TransformName[] = [
  ...(['half', 'q30', 'crop05', 'watermark', 'grey', 'bright'] as const),
  ...(['border05', 'caption', 'letterbox', 'flip'] as const),
]

/** Thresholds of findimagedupes that are compared: its default, and a looser one. */
const thresholds = ['90%', '80%'] as const

interface Pass {
  readonly seconds: number
  readonly cpuSeconds: number | undefined
  readonly groups: readonly (readonly string[])[]
}

const command = fileURLToPath(new URL('../../src/cli/gleaner.ts', import.meta.url))

function measured(program: string, args: readonly string[], readGroups: (out: string) => string[][]): Pass {
  const cpuBefore = cpuSecondsOf(process.pid)
  const startedAt = performance.now()
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  })
  if (error) throw error
  if (stdout === '') throw new Error(`${program} ended with ${status}: ${stderr}`)
  const cpuAfter = cpuSecondsOf(process.pid)
  return {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore,
    groups: readGroups(stdout),
  }
}

/** @param folder - to be looked through; copies only, for separate shots are not put together */
export const ourPass = (folder: string): Pass =>
  measured(process.execPath, [command, 'duplicates', 'scan', folder, '--json'], out => {
    const { groups } = JSON.parse(out) as {
      groups: { kind: string; members: { path: string }[] }[]
    }
    return groups
      .filter(({ kind }) => kind === 'copies')
      .map(({ members }) => members.map(({ path }) => path))
  })

/** One group a line, names apart by spaces: ours have none. */
const peerPass = (folder: string, threshold: string): Pass =>
  measured('findimagedupes', ['-t', threshold, folder], out =>
    out
      .trim()
      .split('\n')
      .map(names => names.split(' ').map(name => name.slice(folder.length + 1))),
  )

const hasPeer = () => spawnSync('findimagedupes', ['--version']).error === undefined

export async function measureFolder({ folder, rounds, isQuick, say }: Bench): Promise<Result> {
  const { paths, source } = await smallPhotos(join(folder, 'photos'), isQuick ? 12 : 50)
  const place = join(folder, 'versions')
  const versions = await writeVersions(place, paths, edits)
  const names = [
    `${versions.files} files: ${source}, brought to 512 px, and ${edits.length} edited copies of each`,
  ]
  if (!hasPeer()) {
    const ours = ourPass(place)
    const own = figuresOf(scoreGroups(versions, ours.groups))
    const missing =
      'findimagedupes is not installed (Debian: apt-get install findimagedupes): nothing to compare with'
    return {
      figures: { ...own, folderCpuToFindimagedupes: null, folderRecallToFindimagedupes: null },
      lines: [...names, missing, ...table(versions, [['ours', [ours]]])],
    }
  }
  const ours: Pass[] = []
  const theirs = thresholds.map((): Pass[] => [])
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`)
    ours.push(ourPass(place))
    for (const [at, threshold] of thresholds.entries()) theirs[at]?.push(peerPass(place, threshold))
  }
  const [strict = []] = theirs
  const score = scoreGroups(versions, ours[0]?.groups ?? [])
  const peerScore = scoreGroups(versions, strict[0]?.groups ?? [])
  const cpuRatios = ours.map((pass, at) => ratio(pass.cpuSeconds, strict[at]?.cpuSeconds))
  const rows = thresholds.map((threshold, at): Row => [`-t ${threshold}`, theirs[at] ?? []])
  return {
    figures: {
      ...figuresOf(score),
      folderCpuToFindimagedupes: medianOf(cpuRatios),
      folderRecallToFindimagedupes: medianOf([ratio(score.meanRecall, peerScore.meanRecall)]),
    },
    lines: [...names, ...table(versions, [['ours', ours], ...rows])],
  }
}

const figuresOf = ({ meanRecall, falsePairs }: Score) => ({
  folderRecall: Number(meanRecall.toFixed(4)),
  folderFalsePairs: falsePairs,
})

type Row = readonly [name: string, passes: readonly Pass[]]

function table(versions: Versions, rows: readonly Row[]): string[] {
  const scores = rows.map(([, passes]) => scoreGroups(versions, passes[0]?.groups ?? []))
  const percent = (share: number | undefined) => fixed((share ?? Number.NaN) * 100, 1)
  const each = (cell: (score: Score) => string | number | undefined) => scores.map(cell)
  return [
    line('', ...rows.map(([name]) => name)),
    line(
      'CPU seconds',
      ...rows.map(([, passes]) => fixed(medianOf(passes.map(pass => pass.cpuSeconds)) ?? undefined)),
    ),
    line(
      'seconds',
      ...rows.map(([, passes]) => fixed(medianOf(passes.map(pass => pass.seconds)) ?? undefined)),
    ),
    ...edits.map(edit => line(`${edit} %`, ...each(({ recall }) => percent(recall.get(edit))))),
    line('recall %', ...each(({ meanRecall }) => percent(meanRecall))),
    line('false pairs', ...each(({ falsePairs }) => falsePairs)),
  ]
}
