/**
 * What a reader of a format of others finds, be it our own export that is to be proved or a set of somebody else that is
 * to be imported. Readers share no code with what writes, throw nothing for bad data, and tell what they leave out.
 */
import type { ImportSkip } from '@gleaner/shared/imports'
import type { SplitName } from '@gleaner/shared/splits'

export interface FoundBox {
  readonly label: string
  /** Of the top left corner; `px` of the claimed size, or `share` of the width and height, 0 to 1. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly unit: 'px' | 'share'
}

export interface FoundPicture {
  /** Below the folder that is read, with `/`; a file is there. */
  readonly file: string
  /** Of the picture as a whole; none where the format speaks of boxes only. */
  readonly labels: readonly string[]
  readonly split: SplitName | null
  readonly boxes: readonly FoundBox[]
  /** As the set has it: boxes in pixels are of this size. `null` where it says nothing. */
  readonly size: { readonly width: number; readonly height: number } | null
  readonly about: FoundFacts
}

/** What some formats say of a picture beside its labels. */
export interface FoundFacts {
  readonly title?: string
  readonly sourceUrl?: string
  readonly landingUrl?: string
  readonly license?: string
  readonly licenseUrl?: string
}

/** Something that is left out, or that the set has wrong. */
export interface FormatProblem {
  /** Below the folder that is read. */
  readonly file: string
  /** From 1; `null` where the file is not read by lines. */
  readonly line: number | null
  /** Our own words; nothing of what the file holds. */
  readonly say: string
  /** Why a picture is left out, where one is. */
  readonly lost?: Lost | undefined
}

export type Lost = Extract<ImportSkip, 'file-missing' | 'file-too-large' | 'without-picture' | 'no-archive'>

export interface Reading {
  readonly problem: (problem: FormatProblem) => void
}

const splitWords: Readonly<Record<string, SplitName>> = {
  ...{ train: 'train', training: 'train' },
  ...{ validation: 'validation', valid: 'validation', val: 'validation', dev: 'validation' },
  ...{ test: 'test', testing: 'test', eval: 'test', evaluation: 'test' },
}

/** @returns the split that a folder or list of this name is, as in `val`, `Train` or `test2017` */
export function splitNamed(name: string): SplitName | null {
  const [word = ''] = name.toLowerCase().match(/^[a-z]+(?=\d*$)/) ?? []
  return Object.hasOwn(splitWords, word) ? (splitWords[word] ?? null) : null
}

/** @returns the split that is one of the words of a name, as in `instances_val2017` or `my-test-list` */
export function splitWithin(name: string): SplitName | null {
  for (const word of name.split(/[^A-Za-z0-9]+/)) {
    const split = splitNamed(word)
    if (split) return split
  }
  return null
}

/** @returns the split of the innermost folder that is named like one, or else of a word of the name of the file */
export function splitOfPath(path: string): SplitName | null {
  const [file = '', ...folders] = path.split('/').reverse()
  return folders.map(splitNamed).find(split => split !== null) ?? splitWithin(file)
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns the numbers of a list, or nothing when it is no list of so many finite numbers */
export function numbersOf(value: unknown, count: number): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length !== count) return undefined
  return value.every(one => typeof one === 'number' && Number.isFinite(one)) ? value : undefined
}

/** @returns the word, when it is one that says something */
export const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined
