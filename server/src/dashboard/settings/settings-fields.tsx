import { fits, type NearDuplicatePolicy, nearDuplicatePolicies } from '@gleaner/shared/dataset'
import { limits } from '@gleaner/shared/limits'
import { Select } from '@gleaner/shared/ui/select.tsx'
import { Switch } from '@gleaner/shared/ui/switch.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import type { Draft, DraftErrors } from './draft.ts'
import { EncodingFields } from './encoding-fields.tsx'
import { FitPicture, fitWords } from './fit-picture.tsx'
import { Part } from './part.tsx'

interface FieldsProps {
  readonly draft: Draft
  readonly errors: DraftErrors
  readonly onChange: (patch: Partial<Draft>) => void
}

type TextKey = { [K in keyof Draft]: Draft[K] extends string ? K : never }[keyof Draft]

interface FieldProps extends FieldsProps {
  readonly field: Exclude<TextKey, 'fit'>
  readonly label: string
  readonly description?: string
  readonly unit?: string
  readonly isNumber?: boolean
  readonly maxLength?: number
}

function Field({ draft, errors, onChange, field, isNumber = true, ...rest }: FieldProps) {
  const message = errors[field]
  return (
    <TextField
      {...rest}
      inputMode={isNumber ? 'decimal' : 'text'}
      value={draft[field]}
      onChange={text => onChange({ [field]: text })}
      isInvalid={message !== undefined}
      errorMessage={message ?? ''}
    />
  )
}

function FitChoice({ draft, onChange }: FieldsProps) {
  return (
    <div className="fits" role="radiogroup" aria-label="Fit">
      {fits.map(fit => (
        <label key={fit} className="fit">
          <input
            type="radio"
            name="fit"
            value={fit}
            checked={draft.fit === fit}
            onChange={() => onChange({ fit })}
          />
          <FitPicture fit={fit} />
          <span className="fit-name">{fitWords[fit].name}</span>
          <span className="small faint">{fitWords[fit].about}</span>
        </label>
      ))}
    </div>
  )
}

function Background(props: FieldsProps) {
  const { draft, errors, onChange } = props
  return (
    <div className="background">
      <Field
        {...props}
        field="background"
        isNumber={false}
        label="Background"
        description="Around padded pictures and behind transparent ones."
      />
      <input
        type="color"
        aria-label="Pick the background"
        value={errors.background ? '#ffffff' : draft.background.trim().toLowerCase()}
        onChange={event => onChange({ background: event.target.value })}
      />
    </div>
  )
}

function Accept(props: FieldsProps) {
  const { draft, onChange } = props
  return (
    <Part
      title="What is accepted"
      about="Whatever lies outside is rejected with its reason, and can be retried."
    >
      <Field {...props} field="minSidePx" label="Shortest side at least" unit="px" />
      <Field {...props} field="maxMegapixels" label="Not more pixels than" unit="million" />
      <Field {...props} field="maxAspect" label="Long side over short side, at most" unit=": 1" />
      <Field {...props} field="maxFileMiB" label="File not larger than" unit="MiB" />
      <Switch
        label="Take a thumbnail where the original cannot be had"
        description="It is marked, and replaced when the original turns up."
        isSelected={draft.thumbnails}
        onChange={thumbnails => onChange({ thumbnails })}
      />
    </Part>
  )
}

const policyWords: Readonly<Record<NearDuplicatePolicy, string>> = {
  drop: 'Drop them, keep the best',
  keep: 'Keep all, for me to review',
}

function NearDuplicateFields(props: FieldsProps) {
  const { draft, onChange } = props
  const isDropped = draft.policy === 'drop'
  return (
    <Part
      title="Near-duplicates"
      about="Copies of a held picture: resized, compressed, cropped, mirrored, edited. Whatever the distance in bits proposes is compared by its pixels before it counts."
    >
      <Select
        label="When a copy arrives"
        options={nearDuplicatePolicies.map(id => ({ id, label: policyWords[id] }))}
        value={draft.policy}
        onChange={id => onChange({ policy: nearDuplicatePolicies.find(one => one === id) ?? draft.policy })}
      />
      <p className="gl-description setting-note">
        {isDropped
          ? 'The better copy takes the place of the held one, which keeps its name. The very same file is never kept twice.'
          : 'Copies are grouped on the page Duplicates. The very same file is never kept twice.'}{' '}
        Separate shots of one scene are kept either way.
      </p>
      <Field
        {...props}
        field="decideBits"
        label="Sure up to"
        unit="bits"
        description={
          isDropped
            ? 'Of 256. Copies this close are dropped by themselves.'
            : 'Only counts where copies are dropped.'
        }
      />
      <Field
        {...props}
        field="proposeBits"
        label="Worth comparing up to"
        unit="bits"
        description="Of 256. Copies further apart than the line before are left to you."
      />
    </Part>
  )
}

/** All fields of the settings, in the order of what matters most often. */
export function SettingsFields(props: FieldsProps) {
  const { draft, onChange } = props
  return (
    <>
      <Part title="Name" about="The folder keeps its name, so that nothing that points to it breaks.">
        <Field
          {...props}
          field="name"
          isNumber={false}
          label="Name of the dataset"
          maxLength={limits.datasetChars}
        />
      </Part>
      <Part title="Size and shape" about="How pictures are brought to the size your trainer wants.">
        <FitChoice {...props} />
        <Field
          {...props}
          field="sidePx"
          label={draft.fit === 'inside' ? 'Longest side' : 'Side of the square'}
          unit="px"
        />
        <Field
          {...props}
          field="quality"
          label="JPEG quality"
          description="92 keeps everything the eye can see."
        />
        <Background {...props} />
      </Part>
      <EncodingFields draft={draft} onChange={onChange} />
      <Accept {...props} />
      <NearDuplicateFields {...props} />
      <Part
        title="Keeping and asking"
        about="What stays on disk, what hosts may ask for, and what they are told."
      >
        <Switch
          label="Keep the originals"
          description="The bytes as fetched, so that other sizes can be made later. Takes more room."
          isSelected={draft.keepOriginals}
          onChange={keepOriginals => onChange({ keepOriginals })}
        />
        <Field
          {...props}
          field="trashDays"
          label="Removed pictures stay in the trash for"
          unit="days"
          description="Until then they can be put back. With 0 they stay until you empty the trash."
        />
        <Switch
          label="Honour opt-outs"
          description="Leave out pictures whose host asks that they not be used for machine learning."
          isSelected={draft.honourOptOut}
          onChange={honourOptOut => onChange({ honourOptOut })}
        />
        <Switch
          label="Honour robots.txt"
          description="Leave alone what the robots.txt of a host asks programs not to fetch, and keep to the pace it asks for."
          isSelected={draft.honourRobots}
          onChange={honourRobots => onChange({ honourRobots })}
        />
        <Switch
          label="Say where a picture was found"
          description="Sends hosts the address of the picture’s page as Referer: whole to the page’s own site, only its site to others, as browsers do. Some hosts give pictures only then."
          isSelected={draft.sendReferer}
          onChange={sendReferer => onChange({ sendReferer })}
        />
      </Part>
    </>
  )
}
