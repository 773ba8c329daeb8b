/** Draws what a soak measured as an SVG that reads on light and on dark pages. */
import type { Sample } from '../test/faults/support/soak.ts'

const width = 760
const height = 340
const left = 64
const right = 16
const top = 40
const bottom = 48

const lines = [
  { name: 'main process', colour: '#2f6fde', of: ({ mainMiB }: Sample) => mainMiB },
  { name: 'decoders', colour: '#c2571a', of: ({ decodersMiB }: Sample) => decodersMiB },
] as const

/**
 * @param samples - in order of time
 * @param title - one line above the curve
 * @returns the text of an SVG file: resident memory in MiB over addresses with an outcome
 */
export function memoryCurve(samples: readonly Sample[], title: string): string {
  const mostDone = Math.max(1, ...samples.map(({ done }) => done))
  const mostMiB = roundUp(Math.max(1, ...samples.flatMap(sample => lines.map(({ of }) => of(sample)))))
  const x = (done: number) => left + (done / mostDone) * (width - left - right)
  const y = (mib: number) => height - bottom - (mib / mostMiB) * (height - top - bottom)
  const path = (of: (sample: Sample) => number) =>
    samples.map(sample => `${x(sample.done).toFixed(1)},${y(of(sample)).toFixed(1)}`).join(' ')
  const quarters = [0, 0.25, 0.5, 0.75, 1]
  const text = (at: string, said: string, more = '') => `  <text ${at} ${more}>${said}</text>`
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#777">`,
    `  <title>${title}</title>`,
    text(`x="${left}" y="20"`, title, 'font-size="14"'),
    ...quarters.map(part => {
      const at = y(part * mostMiB).toFixed(1)
      return `  <path d="M${left} ${at}H${width - right}" stroke="#8884"/>`
    }),
    ...quarters.map(part =>
      text(
        `x="${left - 8}" y="${(y(part * mostMiB) + 4).toFixed(1)}"`,
        `${part * mostMiB} MiB`,
        'text-anchor="end"',
      ),
    ),
    ...quarters.map(part =>
      text(
        `x="${x(part * mostDone).toFixed(1)}" y="${height - bottom + 18}"`,
        Math.round(part * mostDone).toLocaleString('en'),
        `text-anchor="${part === 1 ? 'end' : 'middle'}"`,
      ),
    ),
    text(
      `x="${(left + width - right) / 2}" y="${height - 8}"`,
      'addresses with an outcome',
      'text-anchor="middle"',
    ),
    ...lines.map(
      ({ colour, of }) =>
        `  <polyline points="${path(of)}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ),
    ...lines.map(({ name, colour }, place) =>
      text(`x="${width - right - 110 * (lines.length - place)}" y="20"`, `― ${name}`, `fill="${colour}"`),
    ),
    '</svg>',
  ].join('\n')}\n`
}

/** The next number with one significant digit that four divides well. */
function roundUp(mib: number): number {
  const step = 10 ** Math.floor(Math.log10(mib)) * 0.4
  return Math.ceil(mib / step) * step
}
