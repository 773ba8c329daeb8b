import type { ExportFormat, ExportFormatInfo } from '@gleaner/shared/exports'

interface FormatListProps {
  readonly formats: readonly ExportFormatInfo[]
  readonly chosen: ExportFormat
  readonly onChoose: (format: ExportFormatInfo) => void
}

/** All formats, with who reads them. */
export function FormatList({ formats, chosen, onChoose }: FormatListProps) {
  return (
    <div className="formats" role="radiogroup" aria-label="Format">
      {formats.map(info => (
        <label key={info.format} className="format">
          <input
            type="radio"
            name="format"
            value={info.format}
            checked={info.format === chosen}
            onChange={() => onChoose(info)}
          />
          <span className="format-title">{info.title}</span>
          <span className="small soft">{info.readBy}</span>
        </label>
      ))}
    </div>
  )
}
