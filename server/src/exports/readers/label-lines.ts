/** Files that hold one label a line. */
import { readFile } from 'node:fs/promises'

export async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8')
  return text.replace(/\n$/, '').split('\n')
}
