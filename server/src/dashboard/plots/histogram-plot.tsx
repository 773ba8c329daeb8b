import { useEffect, useRef, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useApp } from '../api/use-app.ts'
import { useBox } from '../parts/use-window.ts'
import { formatCount, formatNoun } from '../text/format.ts'
import { type Bin, tallest } from './bins.ts'
import './plots.css'

const heightPx = 160
const font = '12px system-ui, sans-serif'

interface HistogramPlotProps {
  readonly title: string
  readonly bins: readonly Bin[]
  /** A bound as a person reads it, in the unit of the bins. */
  readonly toWords: (value: number) => string
}

/** A token as it is on this page by now: what a token is made of, a canvas cannot read. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function optionsFor(
  widthPx: number,
  element: HTMLElement,
  toWords: (value: number) => string,
): uPlot.Options {
  const colour = (name: string) => colourOf(element, name)
  const axis: uPlot.Axis = { stroke: colour('--ink-soft'), font, ticks: { show: false } }
  const paths = uPlot.paths.bars?.({ size: [0.9, Number.POSITIVE_INFINITY] })
  const grid = { stroke: colour('--line'), width: 1 }
  return {
    width: widthPx,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(1, max)] } },
    series: [
      {},
      {
        fill: colour('--accent'),
        stroke: colour('--accent'),
        width: 0,
        points: { show: false },
        ...(paths ? { paths } : {}),
      },
    ],
    axes: [
      { ...axis, size: 30, space: 95, grid: { show: false }, values: (_plot, splits) => splits.map(toWords) },
      {
        ...axis,
        grid,
        size: 56,
        values: (_plot, splits) => splits.map(value => (value % 1 === 0 ? formatCount(value) : '')),
      },
    ],
  }
}

/** How many pictures fall into each step: as a plot, and as a table for those who read rather than look. */
export default function HistogramPlot({ title, bins, toWords }: HistogramPlotProps) {
  const { ref, widthPx } = useBox()
  const target = useRef<HTMLDivElement>(null)
  const { look } = useApp()
  const isDark = useSyncExternalStore(look.subscribe, look.isDark)
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew in the colours of the other scheme
  useEffect(() => {
    const element = target.current
    if (!element || widthPx === 0) return
    const data: uPlot.AlignedData = [
      bins.map(({ from, to }) => (from + to) / 2),
      bins.map(({ count }) => count),
    ]
    const plot = new uPlot(optionsFor(widthPx, element, toWords), data, element)
    return () => plot.destroy()
  }, [bins, widthPx, toWords, isDark])
  const most = tallest(bins)
  const words = ({ from, to }: Bin) => `${toWords(from)} to ${toWords(to)}`
  return (
    <figure className="plot" ref={ref as React.RefObject<HTMLDivElement>}>
      <figcaption className="plot-title">
        {title}
        {most ? <span className="small soft"> · most from {words(most)}</span> : null}
      </figcaption>
      <div ref={target} aria-hidden="true" />
      <table className="gl-visually-hidden">
        <caption>{title}</caption>
        <tbody>
          {bins
            .filter(({ count }) => count > 0)
            .map(bin => (
              <tr key={bin.from}>
                <th scope="row">{words(bin)}</th>
                <td>{formatNoun(bin.count, 'picture')}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  )
}
