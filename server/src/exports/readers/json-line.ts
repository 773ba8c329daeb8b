/** One line of a file of JSON objects. */
import { isRecord } from './found.ts'

/** @returns nothing when it is no object, or was too long to be read */
export function jsonLine(text: string | null): Readonly<Record<string, unknown>> | undefined {
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
