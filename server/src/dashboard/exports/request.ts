/** An export as it is being put together. */
import {
  defaultExportRender,
  type ExportFormatInfo,
  type ExportRender,
  type ExportRequest,
  type Finding,
} from '@gleaner/shared/exports'

/** The same version and wishes for pictures in another format: options and name belong to the one before. */
export function inFormat(request: ExportRequest, { format, containers }: ExportFormatInfo): ExportRequest {
  const { options: _, name: __, classNames: ___, container, ...rest } = request
  const [usual = 'folder'] = containers
  return { ...rest, format, container: containers.find(one => one === container) ?? usual }
}

export const renderOf = ({ render }: ExportRequest): ExportRender => ({ ...defaultExportRender, ...render })

/** One option of a format as a form shows it. */
export interface OptionField {
  readonly name: string
  readonly title: string
  readonly description: string | undefined
  readonly kind: 'choice' | 'switch' | 'number' | 'text'
  readonly choices: readonly string[]
  readonly usual: unknown
  readonly min: number | undefined
  readonly max: number | undefined
}

interface OptionSchema {
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
}

const kindOf = (schema: OptionSchema): OptionField['kind'] => {
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'switch'
  return schema.type === 'number' || schema.type === 'integer' ? 'number' : 'text'
}

/** @param schema - of a format's options, see `ExportFormatInfo` */
export function optionFields(schema: unknown): readonly OptionField[] {
  const { properties = {} } = (schema ?? {}) as { properties?: Readonly<Record<string, OptionSchema>> }
  return Object.entries(properties).map(([name, option]) => ({
    name,
    title: option.title ?? name,
    description: option.description,
    kind: kindOf(option),
    choices: (option.enum ?? []).map(String),
    usual: option.default,
    min: option.minimum,
    max: option.maximum,
  }))
}

const weights: Readonly<Record<Finding['weight'], number>> = { refused: 0, lost: 1, note: 2 }

/** Worst first. */
export const ranked = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => weights[a.weight] - weights[b.weight] || b.count - a.count)
