/** @returns the number of pictures that wait to be sent, short enough for the extension's button; empty for none */
export function badgeText(waiting: number): string {
  if (waiting === 0) return ''
  return waiting < 1000 ? String(waiting) : `${Math.floor(waiting / 1000)}k`
}
