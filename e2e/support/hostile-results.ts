import { escapeHtml, type MadeUpResult } from './results-page.ts'

/** Names a page puts in the place of what scripts ask `document`, and its forms, for. */
const clobbered = [
  'addEventListener',
  'body',
  'createElement',
  'createElementNS',
  'defaultView',
  'documentElement',
  'getElementById',
  'head',
  'location',
  'querySelector',
  'querySelectorAll',
  'title',
  'URL',
  'visibilityState',
]

/** What a tile may say instead of the truth. None of these is a picture. */
const junk = [
  '',
  'null',
  '[]',
  '{',
  '{"murl":{"toString":1}}',
  '{"murl":["https://hostile.example/a.jpg"]}',
  '{"murl":"javascript:alert(1)"}',
  '{"murl":"data:image/png;base64,AAAA"}',
  '{"murl":"file:///etc/passwd"}',
  '{"murl":"https://"}',
  '{"__proto__":{"murl":"https://hostile.example/proto.jpg"}}',
  `{"murl":"https://hostile.example/${'x'.repeat(5000)}.jpg"}`,
  `{"t":"${'\\u202e'.repeat(500)}"}`,
]

const attributesOf = (m: string) => `class="iusc" m="${escapeHtml(m)}" href="/images/search?view=detailV2"`

/**
 * A results page that fights back: names of its elements stand in for the document's own methods, thousands of tiles
 * lie, and a few good ones are among them.
 */
export function hostileResults(good: readonly MadeUpResult[], junkTiles: number): string {
  const traps = clobbered.map(
    name =>
      `<form name="${name}"><input name="getAttribute"><input name="closest"></form><img name="${name}">`,
  )
  const lies = Array.from(
    { length: junkTiles },
    (_, index) => `<li><a ${attributesOf(junk[index % junk.length] ?? '')}></a></li>`,
  )
  const truths = good.map(({ imageUrl, landingUrl, title }) => {
    const m = JSON.stringify({ murl: imageUrl, purl: landingUrl, t: title })
    return `<li><a ${attributesOf(m)}></a></li>`
  })
  return `<!doctype html><html><head><meta charset="utf-8"><title>hostile</title></head><body>
${traps.join('\n')}
<div class="dgControl"><ul class="dgControl_list" aria-hidden="true">${lies.join('')}${truths.join('')}</ul></div></body></html>`
}

/** A results page of nothing but results, each at an address of its own. */
export function endlessResults(tiles: number): string {
  const items = Array.from(
    { length: tiles },
    (_, index) =>
      `<li><a class="iusc" m="${escapeHtml(`{"murl":"https://photos.example/${index}.jpg"}`)}"></a></li>`,
  )
  return `<!doctype html><meta charset="utf-8"><title>endless</title><style>
  ul { list-style: none; display: grid; grid-template-columns: repeat(8, 120px); gap: 8px; }
  a { display: block; height: 80px; background: #9ab; }</style>
<div class="dgControl"><ul class="dgControl_list" aria-hidden="true">${items.join('')}</ul></div>`
}

/**
 * Runs in the page: does everything a script can do to make the bar believe that a person pressed something. What it
 * needs of the document it takes from the prototypes, which its own traps do not reach.
 */
export function pretendToPress(): void {
  const find = (selector: string): HTMLElement | null =>
    Document.prototype.querySelector.call<Document, [string], HTMLElement | null>(document, selector)
  const host = find('gleaner-bar')
  const body = find('body')
  if (!host || !body) throw new Error('There is no bar.')
  const marks = find('gleaner-marks') ?? []
  const tiles = Document.prototype.querySelectorAll.call(document, 'li')
  const { left, top, width, height } = host.getBoundingClientRect()
  // There should be nothing inside that a page can get at.
  const inside = [host, marks]
    .flat()
    .flatMap(({ shadowRoot }) => [...(shadowRoot?.querySelectorAll('button, input') ?? [])])
  const ours: EventTarget[] = [host, ...[marks].flat(), ...inside]
  const targets: EventTarget[] = [...ours, ...[...tiles].slice(-12), body, document, window]
  const spread = { bubbles: true, cancelable: true, composed: true }
  for (let across = 0.02; across < 1; across += 0.02) {
    const where = {
      ...spread,
      clientX: left + width * across,
      clientY: top + height / 2,
      button: 0,
      detail: 1,
    }
    for (const type of [
      ...['pointerdown', 'mousedown', 'pointermove', 'mousemove'],
      ...['pointerup', 'mouseup', 'click', 'dblclick', 'contextmenu'],
    ]) {
      const made = type.startsWith('pointer') ? PointerEvent : MouseEvent
      for (const target of targets) target.dispatchEvent(new made(type, where))
    }
  }
  const keys = [
    { key: 'Enter', code: 'Enter' },
    { key: ' ', code: 'Space' },
    { key: 'Escape', code: 'Escape' },
    { key: 'a', code: 'KeyA', ctrlKey: true },
    { key: 'C', code: 'KeyC', altKey: true, shiftKey: true },
    { key: 'S', code: 'KeyS', altKey: true, shiftKey: true },
    { key: 'Z', code: 'KeyZ', altKey: true, shiftKey: true },
  ]
  for (const key of keys) {
    for (const type of ['keydown', 'keypress', 'keyup']) {
      for (const target of targets) target.dispatchEvent(new KeyboardEvent(type, { ...spread, ...key }))
    }
  }
  host.focus()
  host.click()
  for (const type of ['submit', 'input', 'change', 'collect', 'message']) {
    for (const target of targets) target.dispatchEvent(new Event(type, spread))
  }
  for (const name of ['gleaner:ask', 'gleaner:probe', 'gleaner:answer', 'gleaner:collect', 'gleaner:undo']) {
    const detail = 'https://www.bing.com/images/async?q=x\n{"murl":"https://hostile.example/forged.jpg"}'
    for (const target of targets) target.dispatchEvent(new CustomEvent(name, { ...spread, detail }))
  }
  for (const type of [
    'collect',
    'collectNow',
    'consent',
    'undo',
    'undoNow',
    'pickNow',
    'setRun',
    'enterTab',
  ]) {
    window.postMessage({ type, ask: {} }, '*')
    const { chrome } = window as { chrome?: { runtime?: { sendMessage?(message: object): void } } }
    chrome?.runtime?.sendMessage?.({ type, ask: {} })
  }
}
