import type { ImportSeen } from '@gleaner/shared/imports'
import { limits } from '@gleaner/shared/limits'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { Notice } from '@gleaner/shared/ui/notice.tsx'
import { TextField } from '@gleaner/shared/ui/text-field.tsx'
import { useState } from 'react'
import { formatCount, formatNoun } from '../text/format.ts'
import { asItIs, isNothing, type NamedClass } from './class-names.ts'
import { formatWords } from './import-words.ts'

interface ClassNamesProps {
  readonly seen: ImportSeen
  readonly classes: readonly NamedClass[]
  readonly onChange: (classes: readonly NamedClass[]) => void
}

/** Fields that are drawn before the others are asked for. */
const shownAtFirst = 60

/** Which classes of a source become which of one's own. */
export function ClassNames({ seen, classes, onChange }: ClassNamesProps) {
  const [isAll, setAll] = useState(false)
  const shown = isAll ? classes : classes.slice(0, shownAtFirst)
  const change = (at: number, own: string) =>
    onChange(classes.map((one, place) => (place === at ? { ...one, own } : one)))
  const setEvery = (ownOf: (one: NamedClass) => string) =>
    onChange(classes.map(one => ({ ...one, own: ownOf(one) })))
  return (
    <fieldset className="import-names stack">
      <legend className="card-title">Classes in it</legend>
      <Seen seen={seen} />
      {classes.length > 0 ? (
        <>
          <p className="small soft">
            What is left empty is left out. Several names may become one class. The recipe remembers it.
          </p>
          <div className="row">
            <Button size="small" kind="quiet" onPress={() => setEvery(one => asItIs(one.seen.name))}>
              As they are
            </Button>
            <Button size="small" kind="quiet" onPress={() => setEvery(() => '')}>
              Leave all out
            </Button>
          </div>
        </>
      ) : null}
      <ul className="import-name-list">
        {shown.map(({ seen: { name, also, pictures, boxes }, own }, at) => (
          <li key={name} className="import-name">
            <span className="import-name-words">
              <bdi>{name}</bdi>
              {also === null ? null : <span className="soft"> {also}</span>}
              <span className="small soft"> {countsOf(pictures, boxes)}</span>
            </span>
            <TextField
              label={`Class for ${name}`}
              isLabelHidden
              placeholder="Left out"
              value={own}
              onChange={value => change(at, value)}
              maxLength={limits.classChars}
            />
          </li>
        ))}
      </ul>
      {shown.length < classes.length ? (
        <div>
          <Button size="small" onPress={() => setAll(true)}>
            Show {formatCount(classes.length - shown.length)} more
          </Button>
        </div>
      ) : null}
      {isNothing(classes) ? <p className="import-failed">Nothing would be imported.</p> : null}
    </fieldset>
  )
}

function Seen({ seen: { format, pictures, unnamed, isWhole, names } }: Pick<ClassNamesProps, 'seen'>) {
  return (
    <>
      <p>
        {format === null ? '' : `${formatWords[format]}: `}
        {formatNoun(pictures, 'picture')}, {formatNoun(names.length, 'class', 'classes')}
        {unnamed > 0 ? `, ${formatNoun(unnamed, 'picture')} without one` : ''}.
      </p>
      {isWhole ? null : (
        <Notice tone="warning" title="Only a part of it was looked through.">
          There may be more classes. As soon as one of these is called otherwise, those that are not listed
          are left out.
        </Notice>
      )}
    </>
  )
}

function countsOf(pictures: number, boxes: number): string {
  const parts = [
    pictures > 0 ? formatNoun(pictures, 'picture') : '',
    boxes > 0 ? formatNoun(boxes, 'box', 'boxes') : '',
  ]
  return parts.filter(part => part !== '').join(', ')
}
