import type { CDPSession, Page } from 'playwright'
import { patienceMs } from './patience.ts'

/** What the accessibility tree says about a control inside the bar. */
export interface Found {
  readonly role: string
  readonly name: string
  readonly value: string
  readonly isDisabled: boolean
  readonly backendNodeId: number
}

interface AxNode {
  readonly ignored: boolean
  readonly role?: { readonly value?: string }
  readonly name?: { readonly value?: string }
  readonly value?: { readonly value?: string }
  readonly backendDOMNodeId?: number
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[]
}

/**
 * Drives what stands in a closed shadow root as a person does: finds controls by role and name in the accessibility
 * tree, and uses real mouse and keyboard events.
 */
export async function driveBar(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Accessibility.enable')

  const find = (role: string, name: RegExp) => findInTree(cdp, role, name)

  const waitFor = async (role: string, name: RegExp): Promise<Found> => {
    for (const deadline = Date.now() + patienceMs; ; ) {
      const found = await find(role, name)
      if (found) return found
      if (Date.now() > deadline) throw new Error(`No ${role} named ${name} in:\n${await allText()}`)
      await page.waitForTimeout(100)
    }
  }

  /** All text of the page as a screen reader meets it. */
  const allText = async () => {
    const nodes = await tree(cdp)
    return nodes
      .filter(({ role }) => role?.value === 'StaticText')
      .map(({ name }) => name?.value ?? '')
      .join('\n')
  }

  const click = async (role: string, name: RegExp) => {
    const { backendNodeId } = await waitFor(role, name)
    await cdp.send('DOM.scrollIntoViewIfNeeded', { backendNodeId })
    const [x1 = 0, y1 = 0, , , x2 = 0, y2 = 0] = await placeAtRest(page, cdp, backendNodeId)
    await page.mouse.click((x1 + x2) / 2, (y1 + y2) / 2)
  }

  const fill = async (role: string, name: RegExp, text: string) => {
    await click(role, name)
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(text)
  }

  const waitForText = async (pattern: RegExp): Promise<string> => {
    for (const deadline = Date.now() + patienceMs; ; ) {
      const text = await allText()
      if (pattern.test(text)) return text
      if (Date.now() > deadline) throw new Error(`Nothing matches ${pattern} in:\n${text}`)
      await page.waitForTimeout(150)
    }
  }

  return { find, waitFor, click, fill, allText, waitForText }
}

/** Corners of an element, once it stays where it is: what comes late may push it away from under the mouse. */
async function placeAtRest(page: Page, cdp: CDPSession, backendNodeId: number): Promise<readonly number[]> {
  const place = async () => (await cdp.send('DOM.getBoxModel', { backendNodeId })).model.content
  for (let last = await place(); ; ) {
    await page.waitForTimeout(50)
    const now = await place()
    if (now.join() === last.join()) return now
    last = now
  }
}

async function tree(cdp: CDPSession): Promise<readonly AxNode[]> {
  const { nodes } = await cdp.send('Accessibility.getFullAXTree')
  return (nodes as readonly AxNode[]).filter(({ ignored }) => !ignored)
}

async function findInTree(cdp: CDPSession, role: string, name: RegExp): Promise<Found | undefined> {
  const node = (await tree(cdp)).find(
    candidate =>
      candidate.role?.value === role && name.test(candidate.name?.value ?? '') && candidate.backendDOMNodeId,
  )
  if (!node?.backendDOMNodeId) return undefined
  return {
    role,
    name: node.name?.value ?? '',
    value: String(node.value?.value ?? ''),
    isDisabled:
      node.properties?.some(({ name, value }) => name === 'disabled' && value.value === true) ?? false,
    backendNodeId: node.backendDOMNodeId,
  }
}
