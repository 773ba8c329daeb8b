/** Marks on the tiles of a results page, and the mode in which a person picks and drops tiles. Knows no messages. */
import type { Mark } from './mark-of.ts'

/** A tile and what is to be said about it. */
export interface MarkedTile {
  /** What {@link TileLayerDeps.onPick} names it by. */
  readonly key: string
  readonly tile: Element
  readonly mark: Mark
  /** Whether a collect would take it; tiles that are not are dimmed. */
  readonly isPicked: boolean
  /** The class that holds it, where that is another one. */
  readonly className?: string
  /** A sentence on why it failed, was rejected and so on. */
  readonly reason?: string
}

export interface TileLayer {
  /** Draws the marks of these tiles and of no others. Cheap where little has changed. */
  readonly show: (tiles: readonly MarkedTile[]) => void
  /** Takes everything off the page; picking ends without a word. */
  readonly clear: () => void
  readonly startPicking: () => void
  /** Ends picking without calling `onPickingEnded`. */
  readonly stopPicking: () => void
  readonly isPicking: () => boolean
}

export interface TileLayerDeps {
  readonly document: Document
  /** The person picked or dropped tiles; drawn once {@link TileLayer.show} is called with the new state. */
  readonly onPick: (keys: readonly string[], isPicked: boolean) => void
  /** The person ended picking by Escape or Enter. */
  readonly onPickingEnded: () => void
}
