import { fileURLToPath } from 'node:url'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright'
import { build } from 'vite'
import { chromiumPath } from './browser.ts'

/**
 * A source, and the only one that end-to-end code bundles: in the built extension the layer is one with bar and
 * background, and a test of how pages treat it would need a server and a collect for every page.
 */
const entry = fileURLToPath(new URL('../../extension/src/content/tiles/tile-layer.ts', import.meta.url))

/** A thing drawn over the page, as the browser lays it out. */
export interface Drawn {
  readonly name: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A page in which the layer of marks runs as it does in the extension: in a world of its own, alone with the page. */
export interface Bench {
  readonly page: Page
  /** Runs an expression in the layer's world. `bench` there is what {@link inWorld} made. */
  run<Result>(expression: string): Promise<Result>
  /** Marks what matches; picks and marks are then kept by the bench as the extension would. */
  mark(selector: string): Promise<number>
  startPicking(): Promise<void>
  /** Keys of the tiles that are picked, in page order. */
  picked(): Promise<readonly number[]>
  ended(): Promise<number>
  /** What of a class is drawn and visible. */
  drawn(className: string): Promise<readonly Drawn[]>
  /** Number of nodes in the closed tree. */
  nodes(): Promise<number>
  /** Waits until the layer has nothing more to do. */
  settled(): Promise<void>
}

/** Runs in the layer's world before the layer, as text: knows what the layer still has to do, and what it did. */
const knowing = `
  const pending = new Set()
  const { requestAnimationFrame: frame, setTimeout: after } = globalThis
  const nextFrame = () => new Promise(resolve => frame(resolve))
  globalThis.bench = {
    ended: 0,
    tiles: [],
    // Measures taken and frames asked for.
    work: 0,
    async settled() {
      // What came near is known with the next frame.
      do for (let count = 0; count < 3; count++) await nextFrame()
      while (pending.size > 0)
    },
  }
  const known = start => (act, ...more) => {
    const id = start((...given) => {
      pending.delete(id)
      act(...given)
    }, ...more)
    pending.add(id)
    bench.work += 1
    return id
  }
  globalThis.requestAnimationFrame = known(frame.bind(globalThis))
  globalThis.setTimeout = known(after.bind(globalThis))
  for (const name of ['cancelAnimationFrame', 'clearTimeout']) {
    const end = globalThis[name].bind(globalThis)
    globalThis[name] = id => {
      pending.delete(id)
      end(id)
    }
  }
  const { getBoundingClientRect } = Element.prototype
  Element.prototype.getBoundingClientRect = function () {
    bench.work += 1
    return getBoundingClientRect.call(this)
  }
`

/** Runs in the layer's world, as text. */
const inWorld = `
  const marks = ['new', 'held', 'new', 'near-duplicate', 'new', 'other-class', 'rejected', 'new', 'failed', 'thumbnail-only', 'waiting', 'removed']
  const reasons = { rejected: 'The picture is smaller than the dataset allows.', failed: 'The host refused to give the picture.' }
  const layer = createTileLayer({
    document,
    onPick: (keys, isPicked) => {
      const changed = new Set(keys)
      bench.tiles = bench.tiles.map(tile => changed.has(tile.key) ? { ...tile, isPicked } : tile)
      layer.show(bench.tiles)
    },
    onPickingEnded: () => { bench.ended += 1 },
  })
  bench.layer = layer
  bench.mark = selector => {
    const before = new Map(bench.tiles.map(tile => [tile.tile, tile]))
    bench.tiles = [...document.querySelectorAll(selector)].map((tile, index) => {
      const mark = marks[index % marks.length]
      return before.get(tile) ?? { key: String(index), tile, mark, isPicked: true, reason: reasons[mark], className: 'lynx' }
    })
    layer.show(bench.tiles)
    return bench.tiles.length
  }
`

let bundled: Promise<string> | undefined

async function bundle(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      lib: { entry, formats: ['iife'], name: 'tiles', fileName: 'tiles' },
    },
  })
  const [output] = Array.isArray(made) ? made : []
  const [file] = output?.output ?? []
  if (file?.type !== 'chunk') throw new Error('Nothing was bundled.')
  return file.code
}

/** Code of the layer, as one script that defines `createTileLayer`. */
export async function layerCode(): Promise<string> {
  bundled ??= bundle()
  const code = await bundled
  return `${code}\nconst { createTileLayer } = tiles;`
}

export const startChromium = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, chromiumSandbox: false, args: [...args] })

/** Lets checkers of the page look into the layer's tree. Runs in the layer's world, as text. */
const opening = `
  const { attachShadow } = Element.prototype
  Element.prototype.attachShadow = function () { return attachShadow.call(this, { mode: 'open' }) }
`

/** Puts the layer into a page that is open; `isOpen` makes its tree one that scripts of the page can look into. */
export async function benchOf(page: Page, { isOpen = false } = {}): Promise<Bench> {
  const cdp = await page.context().newCDPSession(page)
  const { frameTree } = await cdp.send('Page.getFrameTree')
  const { executionContextId: contextId } = await cdp.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'gleaner',
  })
  const run = async <Result>(expression: string): Promise<Result> => {
    const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
      expression,
      contextId,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    }
    return result.value as Result
  }
  await run(`{${isOpen ? opening : ''}${knowing}${await layerCode()}\n${inWorld}}`)
  const settled = () => run<void>('bench.settled()')
  return {
    page,
    run,
    settled,
    async mark(selector) {
      const number = await run<number>(`bench.mark(${JSON.stringify(selector)})`)
      await settled()
      return number
    },
    async startPicking() {
      await run('bench.layer.startPicking()')
      await settled()
    },
    picked: () => run('bench.tiles.flatMap(({ isPicked }, index) => isPicked ? [index] : [])'),
    ended: () => run('bench.ended'),
    drawn: className => drawn(cdp, className),
    nodes: async () => (await closedTree(cdp))?.length ?? 0,
  }
}

interface Node {
  readonly nodeId: number
  readonly nodeName: string
  readonly backendNodeId: number
  readonly attributes?: readonly string[]
  readonly children?: readonly Node[]
  readonly shadowRoots?: readonly Node[]
}

const flat = (node: Node): readonly Node[] => [
  node,
  ...[...(node.children ?? []), ...(node.shadowRoots ?? [])].flatMap(flat),
]

/** All nodes of our closed tree; none where we are not on the page. */
async function closedTree(cdp: CDPSession): Promise<readonly Node[]> {
  const { root } = await cdp.send('DOM.getDocument', { depth: -1, pierce: true })
  const host = flat(root as Node).find(({ nodeName }) => nodeName === 'GLEANER-MARKS')
  return host ? flat(host) : []
}

/** What of a class our layer has drawn on a page, whoever put it there. */
export async function drawnOn(page: Page, className: string): Promise<readonly Drawn[]> {
  const cdp = await page.context().newCDPSession(page)
  const found = await drawn(cdp, className)
  await cdp.detach()
  return found
}

async function drawn(cdp: CDPSession, className: string): Promise<readonly Drawn[]> {
  const nodes = await closedTree(cdp)
  const wanted = nodes.filter(({ attributes = [] }) =>
    (attributes[attributes.indexOf('class') + 1] ?? '').split(' ').includes(className),
  )
  const all = await Promise.all(
    wanted.map(async ({ backendNodeId }) => {
      const { object } = await cdp.send('DOM.resolveNode', { backendNodeId })
      const { result } = await cdp.send('Runtime.callFunctionOn', {
        objectId: object.objectId ?? '',
        returnByValue: true,
        functionDeclaration: `function () {
          const { left, top, width, height } = this.getBoundingClientRect()
          return { name: this.getAttribute('aria-label') ?? this.textContent, left, top, width, height }
        }`,
      })
      return result.value as Drawn
    }),
  )
  return all.filter(({ width, height }) => width > 0 && height > 0)
}
