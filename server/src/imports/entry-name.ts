/** Which names entries of an archive may have. Whoever packed it chose them, and may have meant harm. */

/** Why a name is refused; our own words, for a person. */
export type NameRule =
  | 'empty name'
  | 'absolute path'
  | 'drive letter'
  | 'network path'
  | 'backslash'
  | 'zero byte'
  | 'leads out of the archive'
  | 'control character'
  | 'name too long'
  | 'nested too deeply'

export type NameJudgement =
  | { readonly kind: 'ok'; readonly path: string; readonly isFolder: boolean }
  | { readonly kind: 'refused'; readonly rule: NameRule }

export const nameLimits = { pathChars: 1024, partChars: 255, depth: 32 } as const

const refused = (rule: NameRule): NameJudgement => ({ kind: 'refused', rule })

/**
 * @param name - as it stands in the archive
 * @returns the path with `/`, in NFC, without `.` parts and without a slash at its end
 */
export function judgeEntryName(name: string): NameJudgement {
  if (name.includes('\0')) return refused('zero byte')
  if (name.startsWith('//') || name.startsWith('\\\\')) return refused('network path')
  if (name.includes('\\')) return refused('backslash')
  if (name.startsWith('/')) return refused('absolute path')
  if (/^[a-z]:/i.test(name)) return refused('drive letter')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return refused('control character')
  if (name.length > nameLimits.pathChars) return refused('name too long')
  const parts = name
    .normalize('NFC')
    .split('/')
    .filter(part => part !== '' && part !== '.')
  if (parts.includes('..')) return refused('leads out of the archive')
  if (parts.length > nameLimits.depth) return refused('nested too deeply')
  if (parts.some(part => part.length > nameLimits.partChars)) return refused('name too long')
  if (parts.length === 0 && !/^\.?\/?$/.test(name)) return refused('empty name')
  if (parts.length === 0 && name === '') return refused('empty name')
  return { kind: 'ok', path: parts.join('/'), isFolder: name.endsWith('/') || parts.length === 0 }
}

/** Names that are one file on some systems have one key. */
export const sameFileKey = (path: string): string => path.normalize('NFC').toLowerCase().normalize('NFC')
