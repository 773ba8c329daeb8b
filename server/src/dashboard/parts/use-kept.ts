import { useCallback, useState } from 'react'

/** A choice among `offered` that this browser remembers. */
export function useKept<T extends string>(
  name: string,
  offered: readonly T[],
  usual: T,
): readonly [T, (next: T) => void] {
  const [value, setValue] = useState(() => offered.find(each => each === localStorage.getItem(name)) ?? usual)
  const keep = useCallback(
    (next: T) => {
      localStorage.setItem(name, next)
      setValue(next)
    },
    [name],
  )
  return [value, keep]
}
