import type { Fit } from '@gleaner/shared/dataset'

export const fitWords: Readonly<Record<Fit, { readonly name: string; readonly about: string }>> = {
  inside: { name: 'Whole', about: 'Nothing cut; sides keep their ratio.' },
  cover: { name: 'Square, cut', about: 'Fills the square; the edges go.' },
  pad: { name: 'Square, padded', about: 'Nothing cut; bars fill the square.' },
}

/** A sketch of what a fit does to a wide picture. */
export function FitPicture({ fit }: { readonly fit: Fit }) {
  return (
    <svg className="fit-picture" viewBox="0 0 60 44" width="60" height="44" aria-hidden="true">
      {fit === 'inside' ? <rect className="fit-kept" x="6" y="8" width="48" height="28" rx="3" /> : null}
      {fit === 'cover' ? (
        <>
          <rect className="fit-cut" x="1" y="4" width="58" height="36" rx="3" />
          <rect className="fit-kept" x="12" y="4" width="36" height="36" rx="3" />
        </>
      ) : null}
      {fit === 'pad' ? (
        <>
          <rect className="fit-bars" x="12" y="4" width="36" height="36" rx="3" />
          <rect className="fit-kept" x="12" y="11" width="36" height="22" />
        </>
      ) : null}
    </svg>
  )
}
