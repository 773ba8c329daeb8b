/** While somebody decides one thing after another, lists are read again at most this often. */
const quietMs = 1500

/** Calls back at once, and then at most once in a while for all that was asked meanwhile. */
export function createQuiet(callBack: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isWanted = false
  const ask = () => {
    if (timer !== undefined) {
      isWanted = true
      return
    }
    callBack()
    timer = setTimeout(() => {
      timer = undefined
      if (!isWanted) return
      isWanted = false
      ask()
    }, quietMs)
  }
  return {
    ask,
    /** Asks no more. */
    stop(): void {
      clearTimeout(timer)
      timer = undefined
      isWanted = false
    },
  }
}
