/** Recognises profiles that say nothing but "sRGB", so that pictures carrying one need no colour conversion. */

/** Colorants of sRGB adapted to D50 (ICC), X Y Z each. */
const sRgbColorants = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const

/** Largest difference of a colorant or a curve value that cannot be seen in 8 bits. */
const colorantTolerance = 0.002
const curveTolerance = 0.004

/**
 * Whether an ICC profile describes sRGB: judged by its colorants and tone curves, not by its name.
 *
 * @param profile - the profile's bytes as found in the file
 * @returns `false` for anything unusual (lookup tables, other colour spaces, damage): convert those
 */
export function isPlainSrgb(profile: Buffer): boolean {
  try {
    if (profile.toString('latin1', 16, 24) !== 'RGB XYZ ') return false
    const tags = tagTable(profile)
    if (tags.has('A2B0')) return false
    const matches = Object.entries(sRgbColorants).every(([name, expected]) => {
      const at = tags.get(name)
      return at !== undefined && isColorant(profile, at, expected)
    })
    return matches && ['rTRC', 'gTRC', 'bTRC'].every(name => isSrgbCurve(profile, tags.get(name)))
  } catch {
    return false
  }
}

function tagTable(profile: Buffer): Map<string, number> {
  const count = Math.min(profile.readUInt32BE(128), 100)
  const tags = new Map<string, number>()
  for (let entry = 0; entry < count; entry++) {
    const at = 132 + entry * 12
    tags.set(profile.toString('latin1', at, at + 4), profile.readUInt32BE(at + 4))
  }
  return tags
}

const fixed = (profile: Buffer, at: number) => profile.readInt32BE(at) / 65536

function isColorant(profile: Buffer, at: number, expected: readonly number[]): boolean {
  return expected.every(
    (value, axis) => Math.abs(fixed(profile, at + 8 + axis * 4) - value) < colorantTolerance,
  )
}

const sRgbToLinear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

function isSrgbCurve(profile: Buffer, at: number | undefined): boolean {
  if (at === undefined) return false
  const curve = readCurve(profile, at)
  if (!curve) return false
  return [0.02, 0.1, 0.25, 0.5, 0.75, 0.9].every(
    value => Math.abs(curve(value) - sRgbToLinear(value)) < curveTolerance,
  )
}

/** Tone curve 0..1 → 0..1: a table, or the parametric form sRGB has. */
function readCurve(profile: Buffer, at: number): ((value: number) => number) | undefined {
  const type = profile.toString('latin1', at, at + 4)
  if (type === 'para' && profile.readUInt16BE(at + 8) === 3) {
    const [g, a, b, c, d] = [0, 1, 2, 3, 4].map(part => fixed(profile, at + 12 + part * 4)) as [
      number,
      number,
      number,
      number,
      number,
    ]
    return value => (value >= d ? (a * value + b) ** g : c * value)
  }
  const entries = type === 'curv' ? profile.readUInt32BE(at + 8) : 0
  if (entries < 16) return undefined
  return value => profile.readUInt16BE(at + 12 + 2 * Math.round(value * (entries - 1))) / 65535
}
