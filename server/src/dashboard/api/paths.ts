/** Addresses of routes: what is put into them stays in its place. */

export type Query = Readonly<Record<string, string | number | undefined | null>>

/** Path and query of a route; parts of the path are encoded by {@link route}. */
export function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
  )
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

/** Template for paths: every inserted part becomes exactly one segment. */
export function route(strings: TemplateStringsArray, ...parts: readonly (string | number)[]): string {
  return String.raw({ raw: strings }, ...parts.map(part => encodeURIComponent(part)))
}
