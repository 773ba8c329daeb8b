/** What comparing two pictures on pixels came to. */
import type { Area, Orientation } from './fingerprint.ts'

/**
 * How two pictures belong together:
 * `same` – the same picture, saved or resized anew; `edited` – tone, colour, sharpness, a watermark, a small turn;
 * `crop` – one shows a part of the other; `border` – one has bars or a border of one colour around it; `caption` – one has a
 * bar with writing; `mirror`, `turn` – mirrored, turned by quarters (whatever else was done to it);
 * `burst` – separate shots of almost the same scene. Only a `burst` is no duplicate.
 */
export type LikenessKind = 'same' | 'edited' | 'crop' | 'border' | 'caption' | 'mirror' | 'turn' | 'burst'

/** How the frame of one picture lies in that of another. */
export interface Transform {
  readonly orientation: Orientation
  /** What of the first picture's frame the second shows. */
  readonly areaInFirst: Area
  /** The same part in the frame of the second, as it lies there (mirrored and turned). */
  readonly areaInSecond: Area
  /** Small turn that remains, clockwise from first to second. */
  readonly degrees: number
}

/** Two pictures that belong together. */
export interface Likeness {
  readonly kind: LikenessKind
  /** All kinds but `burst`. */
  readonly isDuplicate: boolean
  /** 1 when pixels agree as far as a small raster shows, falling to 0: how sure it is that it is the same picture. */
  readonly confidence: number
  /** Mean absolute difference of luma where the two overlap, brightness and contrast brought to agree; 0 to 255. */
  readonly differenceLevels: number
  /** Mean distance of the chroma (Cb, Cr) where the two overlap; 0 to 255. Large when recoloured. */
  readonly chromaDifference: number
  /** Which of the two shows more of the scene. */
  readonly wider: 'first' | 'second' | 'neither'
  /** Which of the two carries writing or a mark that the other does not; `neither` also where it cannot be told. */
  readonly marked: 'first' | 'second' | 'neither'
  readonly transform: Transform
}

/** The two show different things. */
export interface Stranger {
  readonly kind: 'stranger'
  readonly isDuplicate: false
  /** As for {@link Likeness}: what the best way of laying one over the other came to. */
  readonly confidence: number
}

export type Comparison = Likeness | Stranger
