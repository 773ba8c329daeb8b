/** What a request asks for once everything it leaves out is filled in. */
import { AppError } from '@gleaner/shared/errors'
import {
  defaultExportRender,
  type ExportContainer,
  type ExportRender,
  type ExportRequest,
} from '@gleaner/shared/exports'
import Value from 'typebox/value'
import type { Exporter } from './exporter.ts'
import { exporterOf } from './registry.ts'

export interface Asked {
  readonly request: ExportRequest
  readonly exporter: Exporter
  readonly options: Readonly<Record<string, unknown>>
  readonly container: ExportContainer
  readonly render: ExportRender
  /** Wishes about pictures that the format overrules. */
  readonly overruled: readonly (keyof ExportRender)[]
}

/** @throws AppError `PROTOCOL_INVALID` where the format is not there or its options are none of its own */
export function readRequest(request: ExportRequest): Asked {
  const exporter = exporterOf(request.format)
  if (!exporter) throw new AppError('PROTOCOL_INVALID', { field: 'format', given: request.format })
  const options = Value.Default(exporter.options, { ...request.options }) as Record<string, unknown>
  const [wrong] = Value.Errors(exporter.options, options)
  if (wrong)
    throw new AppError('PROTOCOL_INVALID', { field: `options${wrong.instancePath}`, reason: wrong.message })
  const wished = { ...defaultExportRender, ...request.render }
  const render = { ...wished, ...exporter.render?.(options) }
  const asked = Object.keys(request.render ?? {}) as (keyof ExportRender)[]
  return {
    ...{ request, exporter, options, render },
    container: request.container ?? exporter.containers[0] ?? 'folder',
    overruled: asked.filter(key => render[key] !== wished[key]),
  }
}
