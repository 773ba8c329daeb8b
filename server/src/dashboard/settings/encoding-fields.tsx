import { type Chroma, chromas } from '@gleaner/shared/dataset'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import type { Draft } from './draft.ts'
import { Part } from './part.tsx'

const chromaWords: Readonly<Record<Chroma, string>> = {
  '4:2:0': 'For blocks of 2 × 2 pixels (4:2:0)',
  '4:4:4': 'For every pixel (4:4:4)',
}

interface EncodingFieldsProps {
  readonly draft: Draft
  readonly onChange: (patch: Partial<Draft>) => void
}

/** How the filed JPEGs are written. */
export function EncodingFields({ draft, onChange }: EncodingFieldsProps) {
  return (
    <Part
      title="Encoding"
      about="How the JPEGs in the class folders are written. The defaults suit training."
    >
      <Select
        label="Colour is kept"
        options={chromas.map(id => ({ id, label: chromaWords[id] }))}
        value={draft.chroma}
        onChange={id => onChange({ chroma: chromas.find(chroma => chroma === id) ?? draft.chroma })}
      />
      <p className="gl-description setting-note">
        Photos look alike either way; drawings and small coloured text keep sharper edges with every pixel, in
        larger files.
      </p>
      <Switch
        label="Make files a few percent smaller"
        description="Coding tables are made for each picture: its pixels stay the same, writing takes longer."
        isSelected={draft.optimizeCoding}
        onChange={optimizeCoding => onChange({ optimizeCoding })}
      />
      <Switch
        label="Keep pictures that already fit as they came"
        description="A JPEG that is small enough is not encoded again and so loses nothing; the quality above does not apply to it. Only where pictures are never cut or padded."
        isSelected={draft.keepFitting}
        onChange={keepFitting => onChange({ keepFitting })}
      />
    </Part>
  )
}
