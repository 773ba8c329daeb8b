/** Keeps the pictures that are decoded at one moment within the memory of the machine. */

/** Hands out room for heavy jobs, in megapixels; first come, first served. */
export interface Room {
  /** Resolves, once there is room, with the function that gives it back. More than there is waits to be alone. */
  readonly take: (megapixels: number) => Promise<() => void>
}

interface Waiting {
  readonly megapixels: number
  readonly admit: (giveBack: () => void) => void
}

export function createRoom(totalMegapixels: number): Room {
  const queue: Waiting[] = []
  let taken = 0

  const admitNext = () => {
    for (let next = queue[0]; next; next = queue[0]) {
      if (taken > 0 && taken + next.megapixels > totalMegapixels) return
      queue.shift()
      next.admit(occupy(next.megapixels))
    }
  }
  const occupy = (megapixels: number) => {
    let isOccupied = true
    taken += megapixels
    return () => {
      if (!isOccupied) return
      isOccupied = false
      taken -= megapixels
      admitNext()
    }
  }
  return {
    take: megapixels =>
      new Promise(admit => {
        queue.push({ megapixels, admit })
        admitNext()
      }),
  }
}
