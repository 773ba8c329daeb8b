/** An element of ours on a page: closed to its scripts, out of its flow and out of reach of its rules. */
import { element } from './elements.ts'

/**
 * Makes an element with a closed shadow root. Important inline styles outrank every rule a page can write.
 *
 * @param css - rules of the shadow tree
 */
export function createClosedRoot(
  name: `gleaner-${string}`,
  style: Readonly<Record<string, string>>,
  css: string,
): { readonly host: HTMLElement; readonly root: ShadowRoot } {
  const host = document.createElement(name)
  for (const [property, value] of Object.entries({ all: 'initial', ...style })) {
    host.style.setProperty(property, value, 'important')
  }
  const root = host.attachShadow({ mode: 'closed' })
  addStyle(root, css)
  return { host, root }
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
