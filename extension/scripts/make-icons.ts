/**
 * Draws the product's mark: `node extension/scripts/make-icons.ts` writes `extension/icons/*.png` and the dashboard's
 * `icon.svg`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

/** A grain that stands on (`x`, `y`) and leans by `angle` degrees, in a field of 128 x 128. */
const grain = (x: number, y: number, angle: number, length: number, width: number) =>
  `<path transform="translate(${x} ${y}) rotate(${angle})"
    d="M0 0 C${width} ${-length * 0.25} ${width} ${-length * 0.7} 0 ${-length} C${-width} ${-length * 0.7} ${-width} ${-length * 0.25} 0 0Z"/>`

/** An ear of wheat on a green field. The smallest size gets fewer, thicker grains. */
function drawing(sidePx: number): string {
  const isSmall = sidePx < 32
  const rows = isSmall ? [66, 98] : [58, 80, 102]
  const [length, width, lean] = isSmall ? [44, 15, 46] : [34, 12, 44]
  const stem = isSmall ? 9 : 5
  const pairs = rows.flatMap(y => [
    grain(64 - stem * 0.9, y, -lean, length, width),
    grain(64 + stem * 0.9, y, lean, length, width),
  ])
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="${sidePx}" height="${sidePx}">
    <title>Gleaner</title>
    <defs><linearGradient id="field" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#2b8a61"/><stop offset="1" stop-color="#17553b"/>
    </linearGradient></defs>
    <rect width="128" height="128" rx="28" fill="url(#field)"/>
    <g fill="#ffd978">
      ${grain(64, isSmall ? 54 : 46, 0, isSmall ? 44 : 34, width)}
      ${pairs.join('')}
      <rect x="${64 - stem / 2}" y="${isSmall ? 54 : 46}" width="${stem}" height="${isSmall ? 62 : 70}" rx="${stem / 2}"/>
    </g>
  </svg>`
}

const folder = fileURLToPath(new URL('../icons/', import.meta.url))
await mkdir(folder, { recursive: true })
for (const sidePx of [16, 32, 48, 128]) {
  await sharp(Buffer.from(drawing(sidePx)))
    .png({ compressionLevel: 9, palette: true })
    .toFile(`${folder}icon-${sidePx}.png`)
}

const dashboardIcon = new URL('../../server/src/dashboard/public/icon.svg', import.meta.url)
await writeFile(dashboardIcon, `${drawing(48)}\n`)
