/** A column of numbers of which nobody knows yet how long it gets. */

export interface Growing {
  readonly push: (value: number) => void
  readonly all: () => Int32Array
}

/** @param first - what it begins with */
export function growing(first: Int32Array = new Int32Array(0)): Growing {
  let column = new Int32Array(Math.max(1024, first.length * 2))
  column.set(first)
  let length = first.length
  return {
    push: value => {
      if (length === column.length) {
        const larger = new Int32Array(2 * length)
        larger.set(column)
        column = larger
      }
      column[length] = value
      length += 1
    },
    all: () => column.subarray(0, length),
  }
}
