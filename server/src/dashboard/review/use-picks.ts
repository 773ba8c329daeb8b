import { useEffect, useState } from 'react'
import type { Made } from './deck.ts'
import type { Verdict } from './verdict.ts'

const areSame = (a: Verdict | undefined, b: Verdict) => JSON.stringify(a) === JSON.stringify(b)

/** Pictures picked out of a screenful; those of a screenful that was taken back are picked out again. */
export function usePicks({ undone }: { readonly undone: readonly Made[] }) {
  const [picks, setPicks] = useState<ReadonlyMap<string, Verdict>>(new Map())
  useEffect(() => {
    const back = undone.at(-1)?.judged.filter(({ verdict }) => verdict.kind !== 'keep') ?? []
    if (back.length === 0) return
    setPicks(
      current => new Map([...current, ...back.map(({ image, verdict }) => [image.id, verdict] as const)]),
    )
  }, [undone])
  return {
    verdictOf: (imageId: string) => picks.get(imageId),
    /** Says it of a picture; said again, or to keep it, the picture is as fine as the others. */
    toggle(imageId: string, verdict: Verdict): void {
      const next = new Map(picks)
      if (verdict.kind === 'keep' || areSame(picks.get(imageId), verdict)) next.delete(imageId)
      else next.set(imageId, verdict)
      setPicks(next)
    },
  }
}
