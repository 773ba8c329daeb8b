import { type RefObject, useEffect, useRef, useState } from 'react'

/** Width of an element and its distance from the top of the document, in pixels; both follow changes. */
export function useBox(): { ref: RefObject<HTMLDivElement | null>; widthPx: number; topPx: number } {
  const ref = useRef<HTMLDivElement>(null)
  const [box, setBox] = useState({ widthPx: 0, topPx: 0 })
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () => {
      const { width, top } = element.getBoundingClientRect()
      const widthPx = Math.floor(width)
      const topPx = Math.round(top + window.scrollY)
      setBox(now => (now.widthPx === widthPx && now.topPx === topPx ? now : { widthPx, topPx }))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    observer.observe(document.body)
    measure()
    return () => observer.disconnect()
  }, [])
  return { ref, ...box }
}

/** Whether the window shows its top. */
export function useIsAtTop(): boolean {
  const [isAtTop, setAtTop] = useState(true)
  useEffect(() => {
    const look = () => setAtTop(window.scrollY < 80)
    look()
    window.addEventListener('scroll', look, { passive: true })
    return () => window.removeEventListener('scroll', look)
  }, [])
  return isAtTop
}
