import sharp from 'sharp'

/** A small, fast, seedable generator (mulberry32) of numbers from 0 to 1: the same seed always draws the same. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Draws a landscape nobody has photographed: sky, sun, hills, lanterns. Pictures of different seeds look different
 * enough never to count as near-duplicates.
 *
 * @param seed - any integer
 * @returns an SVG of `widthPx` × `heightPx`
 */
function drawScene(seed: number, widthPx: number, heightPx: number): string {
  const random = createRandom(seed)
  const between = (low: number, high: number) => low + random() * (high - low)
  const colour = (lightness: number) =>
    `hsl(${between(0, 360).toFixed(0)} ${between(35, 80).toFixed(0)}% ${lightness}%)`
  const hills = Array.from({ length: 4 }, (_, layer) => {
    const base = heightPx * (0.45 + layer * 0.13)
    const points = Array.from({ length: 9 }, (_, step) => {
      const x = (step * widthPx) / 8
      return `${x.toFixed(0)},${(base - between(0, heightPx * 0.3)).toFixed(0)}`
    })
    return `<polygon points="0,${heightPx} ${points.join(' ')} ${widthPx},${heightPx}" fill="${colour(55 - layer * 11)}"/>`
  })
  const lanterns = Array.from({ length: 14 }, () => {
    const x = between(0, widthPx).toFixed(0)
    const y = between(0, heightPx).toFixed(0)
    const size = between(widthPx / 40, widthPx / 8)
    return `<ellipse cx="${x}" cy="${y}" rx="${size.toFixed(0)}" ry="${(size * between(0.6, 1.6)).toFixed(0)}" fill="${colour(between(25, 85))}" stroke="${colour(20)}" stroke-width="${(size / 8).toFixed(1)}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <defs><linearGradient id="sky" x1="${random()}" y1="0" x2="${random()}" y2="1">
      <stop offset="0" stop-color="${colour(75)}"/><stop offset="1" stop-color="${colour(40)}"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>${hills.join('')}${lanterns.join('')}</svg>`
}

/** A generated picture as JPEG. */
export function jpegScene(seed: number, widthPx: number, heightPx: number, quality = 88): Promise<Buffer> {
  return sharp(Buffer.from(drawScene(seed, widthPx, heightPx)))
    .jpeg({ quality })
    .toBuffer()
}

/** The same picture at another size and quality, as a search engine or a mirror would hold it. */
export function smallerCopy(jpeg: Buffer, widthPx: number, quality = 70): Promise<Buffer> {
  return sharp(jpeg).resize({ width: widthPx }).jpeg({ quality }).toBuffer()
}
