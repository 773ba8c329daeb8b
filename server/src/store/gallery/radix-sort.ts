/**
 * Orders numbers by their keys; what has equal keys stays in the order it is given in.
 *
 * @param seqs - is ordered in place
 * @param keys - key of a number at that index, 32 bits
 */
export function sortByKeys(seqs: Uint32Array, keys: Uint32Array): void {
  if (seqs.length < 2) return
  const spare = new Uint32Array(seqs.length)
  scatter(seqs, spare, keys, 0)
  scatter(spare, seqs, keys, 16)
}

/** Orders by 16 bits of the key, from `shift` on. */
function scatter(from: Uint32Array, to: Uint32Array, keys: Uint32Array, shift: number): void {
  const starts = new Uint32Array(65_537)
  for (let at = 0; at < from.length; at++) {
    const digit = ((keys[from[at] ?? 0] ?? 0) >>> shift) & 0xffff
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1
  }
  for (let digit = 0; digit < 65_536; digit++) {
    starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0)
  }
  for (let at = 0; at < from.length; at++) {
    const seq = from[at] ?? 0
    const digit = ((keys[seq] ?? 0) >>> shift) & 0xffff
    const place = starts[digit] ?? 0
    to[place] = seq
    starts[digit] = place + 1
  }
}
