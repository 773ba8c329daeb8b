import { type ExportRender, pixelFits } from '@gleaner/shared/exports'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import { NumberField } from './number-field.tsx'

interface RenderFormProps {
  readonly render: ExportRender
  readonly onChange: (patch: Partial<ExportRender>) => void
}

const fitWords: Readonly<Record<ExportRender['fit'], string>> = {
  inside: 'Whole, longest side',
  cover: 'Square, cut to fill',
  pad: 'Square, filled up',
  stretch: 'Square, stretched',
}
const formatWords: Readonly<Record<ExportRender['format'], string>> = {
  jpeg: 'JPEG',
  png: 'PNG (no loss, larger)',
  webp: 'WebP (not read by every trainer)',
}
const optionsOf = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([id, label]) => ({ id, label }))
const mirror = 'mirror'

/** How pictures are made for an export. */
export function RenderForm({ render, onChange }: RenderFormProps) {
  const isColor = render.padding !== mirror
  return (
    <>
      <NumberField
        label="Size"
        unit="px"
        description="Empty: as stored, without encoding again. Larger ones are made from the originals."
        placeholder="As stored"
        value={render.sidePx}
        min={8}
        max={8192}
        isEmptyAllowed
        onChange={sidePx => onChange({ sidePx })}
      />
      <Select
        label="Shape"
        options={pixelFits.map(id => ({ id, label: fitWords[id] }))}
        value={render.fit}
        onChange={id => onChange({ fit: pixelFits.find(fit => fit === id) ?? 'inside' })}
      />
      <Select
        label="File format"
        options={optionsOf(formatWords)}
        value={render.format}
        onChange={id => onChange({ format: id === 'png' || id === 'webp' ? id : 'jpeg' })}
      />
      {render.format === 'png' ? null : (
        <NumberField
          label="Quality"
          value={render.quality}
          min={40}
          max={100}
          onChange={quality => onChange({ quality: Math.round(quality ?? 92) })}
        />
      )}
      {render.fit === 'pad' ? (
        <div className="export-padding">
          <Select
            label="Filled up with"
            options={[
              { id: 'color', label: 'A colour' },
              { id: mirror, label: 'The picture, mirrored' },
            ]}
            value={isColor ? 'color' : mirror}
            onChange={id => onChange({ padding: id === mirror ? mirror : '#ffffff' })}
          />
          {isColor ? (
            <input
              type="color"
              aria-label="Colour it is filled up with"
              value={render.padding}
              onChange={event => onChange({ padding: event.target.value })}
            />
          ) : null}
        </div>
      ) : null}
      <div className="export-wide row-switches">
        <Switch label="Greyscale" isSelected={render.isGrey} onChange={isGrey => onChange({ isGrey })} />
        <Switch
          label="Cut out crops where there are some"
          isSelected={render.useCrops}
          onChange={useCrops => onChange({ useCrops })}
        />
      </div>
    </>
  )
}
