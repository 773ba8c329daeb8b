import type { ClassSummary } from '@gleaner/shared/dataset'
import { Icon } from '@gleaner/shared/ui/icon.tsx'
import { ProgressBar } from '@gleaner/shared/ui/progress-bar.tsx'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { fileVersion } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useApi } from '../api/use-app.ts'
import { Picture } from '../parts/picture.tsx'
import { formatCount, formatNoun } from '../text/format.ts'
import { GoalField } from './goal-field.tsx'

const previews = 4

/** Whether the element has come near the window once. */
function useSeen() {
  const ref = useRef<HTMLLIElement>(null)
  const [isSeen, setSeen] = useState(false)
  useEffect(() => {
    if (!ref.current || isSeen) return
    const observer = new IntersectionObserver(
      entries => entries.some(entry => entry.isIntersecting) && setSeen(true),
      { rootMargin: '200px' },
    )
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [isSeen])
  return { ref, isSeen }
}

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
}

/** A class: its latest pictures, how many there are, how many are wanted. */
export function ClassCard({ datasetId, summary }: ClassCardProps) {
  const { ref, isSeen } = useSeen()
  const { id, label, images, goal, counts } = summary
  const waiting = counts.queued + counts.leased
  const words =
    goal === null ? formatNoun(images, 'picture') : `${formatCount(images)} of ${formatCount(goal)}`
  return (
    <li className="class-card" ref={ref}>
      <Link className="class-link" href={`/datasets/${datasetId}/gallery/${id}`}>
        <Latest datasetId={datasetId} classId={id} isSeen={isSeen && images > 0} />
        <span className="class-name">
          <bdi>{label}</bdi>
        </span>
      </Link>
      <div className="class-facts">
        <span className="class-count">
          {words}
          {waiting > 0 ? <span className="faint"> · {formatCount(waiting)} waiting</span> : null}
        </span>
        <GoalField datasetId={datasetId} classId={id} label={label} goal={goal} isShort />
      </div>
      {goal === null ? null : (
        <ProgressBar label={`Pictures of ${label}`} value={images} max={goal} valueLabel={words} />
      )}
    </li>
  )
}
