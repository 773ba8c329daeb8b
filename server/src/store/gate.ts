/** Many may be inside at once, or one alone. */
export interface Gate {
  /** Waits for whoever is alone inside, or waits to be. */
  readonly shared: <T>(work: () => Promise<T>) => Promise<T>
  /** Waits until nobody is inside. Nobody inside may ask for it. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

export function createGate(): Gate {
  let inside = 0
  /** Ends when those who want to be alone have been. */
  let closed: Promise<void> | undefined
  let emptied: (() => void) | undefined

  const leave = () => {
    inside -= 1
    if (inside === 0) emptied?.()
  }

  return {
    shared: async work => {
      while (closed) await closed
      inside += 1
      try {
        return await work()
      } finally {
        leave()
      }
    },
    alone: async work => {
      while (closed) await closed
      let open = () => {}
      closed = new Promise(resolve => {
        open = () => {
          closed = undefined
          resolve()
        }
      })
      try {
        if (inside > 0) {
          await new Promise<void>(resolve => {
            emptied = resolve
          })
        }
        return await work()
      } finally {
        emptied = undefined
        open()
      }
    },
  }
}
