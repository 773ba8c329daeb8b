import type { Brand } from './brand.ts'

/** SHA-256 of bytes as 64 lower-case hex digits. */
export type Digest = Brand<string, 'Digest'>

/** 256-bit perceptual hash as 64 lower-case hex digits, most significant bit first. */
export type PerceptualHash = Brand<string, 'PerceptualHash'>

/** Bits of a {@link PerceptualHash}. */
export const perceptualHashBits = 256
