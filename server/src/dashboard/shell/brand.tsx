/** The mark of the product: an ear of grain. */
export function Brand() {
  return (
    <span className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="8" />
        <path d="M16 26V13" />
        <path d="M16 13c-2.4-1.8-2.4-5.2 0-7.5 2.4 2.3 2.4 5.7 0 7.5Z" />
        <path d="M16 19.5c-3.8.3-6.3-1.7-6.8-5 3.8-.3 6.3 1.7 6.8 5Z" />
        <path d="M16 19.5c3.8.3 6.3-1.7 6.8-5-3.8-.3-6.3 1.7-6.8 5Z" />
      </svg>
      Gleaner
    </span>
  )
}
