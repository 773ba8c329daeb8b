/** @param why - a sentence: why the original could not be had, if it was asked for */
export function thumbnailSentence(widthPx: number, heightPx: number, why?: string): string {
  const said = why?.replace(/\.$/, '')
  const because = said ? `: ${said.charAt(0).toLowerCase()}${said.slice(1)}` : ''
  return `Only the thumbnail could be had (${widthPx} × ${heightPx} pixels)${because}.`
}
