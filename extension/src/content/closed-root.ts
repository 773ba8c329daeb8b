/** An element of ours on a page: closed to its scripts, out of its flow and out of reach of its rules. */
import { element } from './elements.ts'

export interface ClosedRoot {
  readonly host: HTMLElement
  readonly root: ShadowRoot
  /** Gives the shadow tree its rules, as CSS. To be called once. */
  readonly dress: (css: string) => void
}

/** Makes an element with a closed shadow root. Important inline styles outrank every rule a page can write. */
export function createClosedRoot(
  name: `gleaner-${string}`,
  style: Readonly<Record<string, string>>,
): ClosedRoot {
  const host = document.createElement(name)
  for (const [property, value] of Object.entries({ all: 'initial', ...style })) {
    host.style.setProperty(property, value, 'important')
  }
  const root = host.attachShadow({ mode: 'closed' })
  return { host, root, dress: css => addStyle(root, css) }
}

/** A constructed style sheet is not subject to the page's content security policy. */
function addStyle(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } catch {
    // Firefox refuses sheets made in the script's own world (bug 1751346), but lets its style elements pass.
    root.append(element('style', { text: css }))
  }
}
