import type { Bidi } from './bidi.ts'
import { patienceMs } from './patience.ts'

/** A control as assistive technology meets it. */
export interface Control {
  readonly sharedId: string
  readonly name: string
  readonly value: string
  readonly isDisabled: boolean
}

/** Part of a page, found and used as a person does. */
export interface Part {
  /** The first control of that role and name; roles are the browser's own reckoning, hidden controls have none. */
  find(role: string, name: RegExp): Promise<Control | undefined>
  waitFor(role: string, name: RegExp): Promise<Control>
  /** Presses with a real mouse. */
  click(role: string, name: RegExp): Promise<void>
  /** Presses a field, empties it and types. */
  fill(role: string, name: RegExp, text: string): Promise<void>
  allText(): Promise<string>
  waitForText(pattern: RegExp): Promise<string>
}

export interface FirefoxTab {
  readonly context: string
  /** For what this interface has no word for. */
  readonly bidi: Bidi
  /** The page itself. */
  readonly page: Part
  /** What stands in the closed shadow root of the bar. */
  readonly bar: Part
  /** What stands in the closed shadow root over the tiles. */
  readonly marks: Part
  /** Presses keys together, on a real keyboard: `['Tab']`, `['Shift', 'Tab']`, `['c']`. */
  press(...keys: readonly string[]): Promise<void>
  reload(): Promise<void>
  close(): Promise<void>
}

/** WebDriver's names of keys that print nothing. */
const keyValues: Readonly<Record<string, string>> = {
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Alt: '\uE00A',
  Escape: '\uE00C',
  Space: ' ',
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** The elements' names and states, in a page. Elements come as they were found, hence no list. */
function describe(...elements: HTMLInputElement[]) {
  const textOf = (element: Element | null) => (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim()
  return elements.map(element => {
    const root = element.getRootNode() as ShadowRoot
    const labelled = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean)
    const name =
      labelled.map(id => textOf(root.getElementById(id))).join(' ') ||
      element.getAttribute('aria-label') ||
      [...(element.labels ?? [])].map(textOf).join(' ') ||
      textOf(element)
    const isDisabled = element.matches(':disabled') || element.getAttribute('aria-disabled') === 'true'
    return { name, isDisabled, value: String(element.value ?? '') }
  })
}

/** Brings an element into view and waits until it stays where it is, in a page. */
async function settle(element: Element): Promise<void> {
  element.scrollIntoView({ block: 'nearest' })
  const place = () => JSON.stringify(element.getBoundingClientRect())
  for (let last = ''; last !== place(); ) {
    last = place()
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Whether an element has the keyboard, in a page. */
const isFocused = (element: Element) =>
  (element.getRootNode() as Document | ShadowRoot).activeElement === element

/** Text that is shown, in a page. */
const shownText = (root: ShadowRoot) =>
  [...root.children]
    .map(child => (child.localName === 'style' ? '' : (child as HTMLElement).innerText))
    .join('\n')

type Located = { readonly nodes: readonly { readonly sharedId: string }[] }
type Serialized = {
  readonly result: { readonly value?: { readonly shadowRoot?: { readonly sharedId: string } | null } }
}

/** @param context - what BiDi calls the tab */
export function driveTab(bidi: Bidi, context: string): FirefoxTab {
  /** The standard lets a driver see closed shadow roots that scripts of the page cannot. */
  const shadowRootOf = async (selector: string) => {
    const { result } = await bidi.send<Serialized>('script.callFunction', {
      functionDeclaration: 'selector => document.querySelector(selector)',
      arguments: [{ type: 'string', value: selector }],
      awaitPromise: false,
      target: { context },
      serializationOptions: { includeShadowTree: 'all', maxDomDepth: 0 },
    })
    const root = result.value?.shadowRoot
    return root ? [{ sharedId: root.sharedId }] : undefined
  }
  const perform = (actions: readonly object[]) => bidi.send('input.performActions', { context, actions })
  const press = async (...keys: readonly string[]) => {
    const values = keys.map(key => keyValues[key] ?? key)
    const down = values.map(value => ({ type: 'keyDown', value }))
    const up = values.toReversed().map(value => ({ type: 'keyUp', value }))
    await perform([{ type: 'key', id: 'keyboard', actions: [...down, ...up] }])
  }
  const pressMouse = async (element: Pick<Control, 'sharedId'>) => {
    await bidi.call(context, settle, element)
    const origin = { type: 'element', element: { sharedId: element.sharedId } }
    const button = { button: 0 }
    await perform([
      {
        type: 'pointer',
        id: 'mouse',
        actions: [
          { type: 'pointerMove', x: 0, y: 0, origin },
          { type: 'pointerDown', ...button },
          { type: 'pointerUp', ...button },
        ],
      },
    ])
  }
  const part = (startNodes: PartDeps['startNodes']) =>
    createPart({ bidi, context, startNodes, press, pressMouse })
  return {
    context,
    bidi,
    page: part(async () => []),
    bar: part(() => shadowRootOf('gleaner-bar')),
    marks: part(() => shadowRootOf('gleaner-marks')),
    press,
    reload: async () => void (await bidi.send('browsingContext.reload', { context, wait: 'complete' })),
    close: async () => void (await bidi.send('browsingContext.close', { context })),
  }
}

interface PartDeps {
  readonly bidi: Bidi
  readonly context: string
  /** Where to look; empty for the whole page, `undefined` when there is nothing to look at yet. */
  readonly startNodes: () => Promise<readonly { readonly sharedId: string }[] | undefined>
  readonly press: FirefoxTab['press']
  readonly pressMouse: (element: Pick<Control, 'sharedId'>) => Promise<void>
}

function createPart({ bidi, context, startNodes, press, pressMouse }: PartDeps): Part {
  const find = async (role: string, name: RegExp) => {
    const roots = await startNodes()
    if (!roots) return undefined
    const { nodes } = await bidi.send<Located>('browsingContext.locateNodes', {
      context,
      locator: { type: 'accessibility', value: { role } },
      ...(roots.length > 0 && { startNodes: roots }),
    })
    const elements = nodes.map(({ sharedId }) => ({ sharedId }))
    const described = elements.length === 0 ? [] : await bidi.call(context, describe, ...elements)
    return described
      .map((about, index): Control => ({ ...about, sharedId: elements[index]?.sharedId ?? '' }))
      .find(control => name.test(control.name))
  }
  const allText = async () => {
    const roots = await startNodes()
    if (!roots) return ''
    if (roots.length > 0) return bidi.call(context, shownText, ...roots)
    return bidi.call(context, () => document.body?.innerText ?? '')
  }
  const waitFor = async (role: string, name: RegExp) => {
    for (const deadline = Date.now() + patienceMs; ; ) {
      // While a page is being replaced by the next one there is nothing to look at.
      const found = await find(role, name).catch(() => undefined)
      if (found) return found
      if (Date.now() > deadline) throw new Error(`No ${role} named ${name} in:\n${await allText()}`)
      await sleep(100)
    }
  }
  const click = async (role: string, name: RegExp) => pressMouse(await waitFor(role, name))
  return {
    find,
    waitFor,
    click,
    allText,
    async fill(role, name, text) {
      // Something that comes late may push the field away from under the mouse.
      do await click(role, name)
      while (!(await bidi.call(context, isFocused, await waitFor(role, name))))
      await press('Control', 'a')
      for (const character of text) await press(character)
    },
    async waitForText(pattern) {
      for (const deadline = Date.now() + patienceMs; ; ) {
        const text = await allText().catch(() => '')
        if (pattern.test(text)) return text
        if (Date.now() > deadline) throw new Error(`Nothing matches ${pattern} in:\n${text}`)
        await sleep(150)
      }
    },
  }
}
