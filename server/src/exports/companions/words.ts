/** Small things that several companions say in the same way. */
import type { ExportSet } from '../exporter.ts'
import type { Counted } from './facts.ts'

export function hostOf(url: string | null): string | null {
  return url !== null && URL.canParse(url) ? new URL(url).host || null : null
}

export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)

/** Text from strangers in Markdown: nothing of it is a link, a heading, or a row of a table. */
export const inMarkdown = (text: string): string =>
  text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]<>()#|!~]/g, '\\$&')

/** The first so many, and how many more there are. */
export function listOf(counted: readonly Counted[], most = 20): string[] {
  const lines = counted.slice(0, most).map(({ name, count }) => `- ${inMarkdown(name)}: ${count}`)
  return counted.length > most ? [...lines, `- and ${counted.length - most} more`] : lines
}

export const titleOf = ({ header, version }: ExportSet): string => `${header.dataset} (${version.name})`

export const splitTitle = (split: string | null): string => split ?? 'all'
