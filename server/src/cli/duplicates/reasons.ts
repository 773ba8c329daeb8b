/** Why a file or folder could not be read, in words. */
const words: Readonly<Record<string, string>> = {
  EACCES: 'Reading it is not permitted.',
  EPERM: 'Reading it is not permitted.',
  ENOENT: 'It is not there any more, or its name cannot be read.',
  ELOOP: 'It is a link.',
  ENOTDIR: 'It is not there any more.',
  EIO: 'The disk could not read it.',
}

export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return words[code] ?? `It could not be read (${code || String(error)}).`
}
