/** Most pictures a goal may ask for; the bound of the server. */
export const maxGoal = 1_000_000

/**
 * Reads a goal a person typed; thousands may be set apart by spaces, commas or points.
 *
 * @returns the number, `null` for an empty text (no goal), `undefined` for anything else
 */
export function readGoal(text: string): number | null | undefined {
  const digits = text.replace(/(?<=\d)[\s.,](?=\d{3}\b)/g, '').trim()
  if (digits === '') return null
  const goal = Number(digits)
  return /^\d+$/.test(digits) && goal >= 1 && goal <= maxGoal ? goal : undefined
}
