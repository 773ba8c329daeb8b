import { AppError } from '@gleaner/shared/errors'
import { limits } from '@gleaner/shared/limits'
import { parseHttpUrl } from '@gleaner/shared/url'
import { parse } from 'csv-parse/sync'

/** One line of a list: where the picture is, and its class when the list names one. */
export interface ListedUrl {
  readonly url: string
  readonly classLabel: string | null
  /** Where it stands, from 1. */
  readonly line: number
}

export interface UrlList {
  readonly items: readonly ListedUrl[]
  /** Lines that hold no usable address, by line number (from 1). */
  readonly skipped: readonly { readonly line: number; readonly text: string }[]
}

/**
 * Reads a list of picture addresses: one per line, or CSV `url[,class]`, with or without a header. Empty lines and lines
 * that begin with `#` are passed over.
 *
 * @param text - UTF-8, with or without byte order mark
 * @throws AppError `CONFIG_INVALID` when the text is not CSV (an unclosed quote, say)
 */
export function readUrlList(text: string): UrlList {
  const items: ListedUrl[] = []
  const skipped: { line: number; text: string }[] = []
  for (const { record, info } of readRecords(text)) {
    const [first = '', label = ''] = record
    if (items.length === 0 && skipped.length === 0 && /^(image_?)?url$/i.test(first)) continue
    const url = parseHttpUrl(first)
    const isUsable = url && url.href.length <= limits.urlChars
    if (isUsable) items.push({ url: url.href, classLabel: label === '' ? null : label, line: info.lines })
    else skipped.push({ line: info.lines, text: first.slice(0, 200) })
  }
  return { items, skipped }
}

interface CsvLine {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

function readRecords(text: string): readonly CsvLine[] {
  try {
    return parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly CsvLine[]
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('CONFIG_INVALID', { setting: 'list of addresses', reason }, { cause })
  }
}
