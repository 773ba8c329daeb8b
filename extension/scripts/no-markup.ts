import type { Plugin } from 'vite'

const writing = 'domElement.innerHTML = key'

/**
 * Takes from React the one place where it writes markup (`dangerouslySetInnerHTML`): no component of ours asks for it,
 * and reviewers of extensions look for it. What would have been markup becomes text.
 */
export function noMarkup(): Plugin {
  return {
    name: 'gleaner:no-markup',
    transform(code, id) {
      if (!id.endsWith('/react-dom-client.production.js')) return undefined
      if (!code.includes(writing)) throw new Error(`React writes markup elsewhere now: no "${writing}".`)
      return { code: code.replaceAll(writing, writing.replace('innerHTML', 'textContent')), map: null }
    },
  }
}
