import type { ClassSummary } from '@gleaner/shared/dataset'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { fileVersion } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { ClassMenu } from '../classes/class-menu.tsx'
import { classColor } from '../classes/colors.ts'
import { Picture } from '../parts/picture.tsx'
import { useSeen } from '../parts/use-seen.ts'
import { formatCount, formatNoun } from '../text/format.ts'
import { GoalField } from './goal-field.tsx'
import './class-card.css'

const previews = 4

function Latest({ datasetId, classId, isSeen }: { datasetId: string; classId: number; isSeen: boolean }) {
  const api = useApi()
  const { data } = useQuery({
    queryKey: keys.latest(datasetId, classId),
    queryFn: () => api.images(datasetId, classId, null, previews),
    enabled: isSeen,
  })
  const images = data?.images.slice(0, previews) ?? []
  return (
    <span className="latest">
      {Array.from({ length: previews }, (_, place) => images[place]).map((image, place) =>
        image ? (
          <Picture
            key={image.id}
            datasetId={datasetId}
            imageId={image.id}
            version={fileVersion(image)}
            alt=""
          />
        ) : (
          <span key={`none-${String(place)}`} className="latest-none">
            {place === 0 && images.length === 0 ? <Icon name="image" sizePx={20} /> : null}
          </span>
        ),
      )}
    </span>
  )
}

interface ClassCardProps {
  readonly datasetId: string
  readonly summary: ClassSummary
  readonly classes: readonly ClassSummary[]
}

/** A class: its latest pictures, how many there are, how many are wanted. */
export function ClassCard({ datasetId, summary, classes }: ClassCardProps) {
  const { ref, isSeen } = useSeen<HTMLLIElement>()
  const { id, label, images, goal, counts, color, description, synonyms } = summary
  const waiting = counts.queued + counts.leased
  const words =
    goal === null ? formatNoun(images, 'picture') : `${formatCount(images)} of ${formatCount(goal)}`
  return (
    <li className="class-card" ref={ref}>
      <Link className="class-link" href={`/datasets/${datasetId}/gallery/${id}`}>
        <Latest datasetId={datasetId} classId={id} isSeen={isSeen && images > 0} />
        <span className="class-name">
          <span className="class-color" style={{ background: color ?? classColor(id) }} />
          <bdi>{label}</bdi>
        </span>
      </Link>
      {description || synonyms.length > 0 ? (
        <p className="class-about small soft">
          {description}
          {synonyms.length > 0 ? (
            <span className="faint">
              {description ? ' ' : ''}Also: <bdi>{synonyms.join(', ')}</bdi>
            </span>
          ) : null}
        </p>
      ) : null}
      <div className="class-facts">
        <span className="class-count">
          {words}
          {waiting > 0 ? <span className="faint"> · {formatCount(waiting)} waiting</span> : null}
        </span>
        <span className="class-tools">
          <GoalField datasetId={datasetId} classId={id} label={label} goal={goal} isShort />
          <ClassMenu datasetId={datasetId} summary={summary} classes={classes} />
        </span>
      </div>
      {goal === null ? null : (
        <ProgressBar label={`Pictures of ${label}`} value={images} max={goal} valueLabel={words} />
      )}
    </li>
  )
}
