import type { DuplicatePair, GroupMember } from '@gleaner/shared/duplicates'
import { Button } from '@gleaner/shared/ui/button.tsx'
import { type CSSProperties, useEffect, useState } from 'react'
import { fileVersion } from '../api/client.ts'
import { Picture } from '../parts/picture.tsx'
import { useReducedMotion } from '../parts/use-reduced-motion.ts'
import { cssTransform, inverse, isAligned } from './placement.ts'

/** Ways to see what differs between two pictures. */
export const modes = ['side', 'overlay', 'blink', 'difference'] as const
export type Mode = (typeof modes)[number]

const modeWords: Readonly<Record<Mode, string>> = {
  side: 'Side by side',
  overlay: 'Overlay',
  blink: 'Blink',
  difference: 'Difference',
}

/** Slower than three changes a second, which no one has to fear. */
const blinkMs = 700

interface ModesProps {
  readonly mode: Mode
  readonly onChange: (mode: Mode) => void
}

export function Modes({ mode, onChange }: ModesProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend in sight
    <div className="modes" role="group" aria-label="How to compare">
      {modes.map(each => (
        <button
          key={each}
          type="button"
          className="mode"
          aria-pressed={each === mode}
          onClick={() => onChange(each)}
        >
          {modeWords[each]}
        </button>
      ))}
    </div>
  )
}

interface LayersProps {
  readonly datasetId: string
  /** Whose frame it is. */
  readonly keeper: GroupMember
  readonly other: GroupMember
  readonly pair: DuplicatePair | undefined
  readonly mode: Exclude<Mode, 'side'>
}

/** Where `other` lies on `keeper`, whichever way round the pair was measured. */
function placementOn({ keeper, other, pair }: Pick<LayersProps, 'keeper' | 'other' | 'pair'>) {
  const placement = pair?.placement ?? null
  if (!isAligned(keeper, other, placement) || placement === null) return null
  return pair?.a === keeper.id ? placement : inverse(placement)
}

function Slider(props: {
  readonly label: string
  readonly value: number
  readonly max: number
  readonly onChange: (value: number) => void
}) {
  const { label, value, max, onChange } = props
  return (
    <label className="slider">
      <span>{label}</span>
      <input
        type="range"
        min={max === 100 ? 0 : 1}
        max={max}
        value={value}
        onChange={event => onChange(event.target.valueAsNumber)}
      />
    </label>
  )
}

/** Which of two is in sight: by itself, unless it was stopped or movement is not wanted. */
function useBlink(isOn: boolean) {
  const isStill = useReducedMotion()
  const [isStopped, setStopped] = useState(isStill)
  const [isOther, setOther] = useState(false)
  useEffect(() => {
    if (!isOn || isStopped) return
    const timer = setInterval(() => setOther(shown => !shown), blinkMs)
    return () => clearInterval(timer)
  }, [isOn, isStopped])
  const swap = () => {
    setStopped(true)
    setOther(shown => !shown)
  }
  return { isOther, isStopped, setStopped, swap }
}

/** Two pictures in one frame: one over the other, in turns, or only what differs. */
export function Layers({ datasetId, keeper, other, pair, mode }: LayersProps) {
  const [opacity, setOpacity] = useState(50)
  const [gain, setGain] = useState(4)
  const blink = useBlink(mode === 'blink')
  const placement = placementOn({ keeper, other, pair })
  const shown = mode === 'overlay' ? opacity / 100 : mode === 'blink' ? Number(blink.isOther) : 1
  const frame = {
    '--aspect': `${keeper.width / keeper.height}`,
    ...(mode === 'difference' && { filter: `brightness(${gain})` }),
  } as CSSProperties // which knows no custom properties
  return (
    <div className="layers">
      <div className={`layer-frame layer-frame-${mode}`} style={frame}>
        <Picture datasetId={datasetId} imageId={keeper.id} version={fileVersion(keeper)} alt="The keeper" />
        <div className="layer-other" style={{ opacity: shown, transform: cssTransform(keeper, placement) }}>
          <Picture datasetId={datasetId} imageId={other.id} version={fileVersion(other)} alt="The other" />
        </div>
      </div>
      <div className="layer-controls">
        {mode === 'overlay' ? (
          <Slider label="The other shows through" value={opacity} max={100} onChange={setOpacity} />
        ) : null}
        {mode === 'difference' ? <Slider label="Amplify" value={gain} max={10} onChange={setGain} /> : null}
        {mode === 'blink' ? (
          <>
            <Button size="small" onPress={blink.swap}>
              Swap
            </Button>
            <Button size="small" onPress={() => blink.setStopped(!blink.isStopped)}>
              {blink.isStopped ? 'Blink by itself' : 'Stop blinking'}
            </Button>
            <span className="small soft" aria-hidden="true">
              {blink.isOther ? 'The other' : 'The keeper'}
            </span>
          </>
        ) : null}
        {placement === null ? (
          <span className="small faint">Both fill the frame: how they lie on each other is not known.</span>
        ) : null}
      </div>
    </div>
  )
}
