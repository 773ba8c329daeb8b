/** The parts of an address's path, decoded; empty ones left out. */
export function pathParts({ pathname }: URL): readonly string[] {
  return pathname
    .split('/')
    .filter(part => part !== '')
    .map(part => {
      try {
        return decodeURIComponent(part)
      } catch {
        return part
      }
    })
}
