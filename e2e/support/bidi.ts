import type { Browser } from 'puppeteer-core'

/** What a script in a page may be handed: plain values, and elements by the name the browser gave them. */
export type Handed = string | number | { readonly sharedId: string }

interface Connection {
  send(method: string, params: object): Promise<{ readonly result: unknown }>
  on(event: string, listener: (params: never) => void): void
}

/** WebDriver BiDi itself, for what puppeteer does not offer: closed shadow roots and the browser's own pages. */
export interface Bidi {
  send<Result>(method: string, params: object): Promise<Result>
  on<Params>(event: string, listener: (params: Params) => void): void
  /**
   * Runs a function in a page.
   *
   * @param context - the tab, or window of the browser
   * @param run - must need nothing from outside itself; what it returns must survive JSON
   */
  call<Result, Args extends unknown[]>(
    context: string,
    run: (...args: Args) => Result | Promise<Result>,
    ...handed: readonly Handed[]
  ): Promise<Result>
}

interface Called {
  readonly type: 'success' | 'exception'
  readonly result?: { readonly value?: string }
  readonly exceptionDetails?: { readonly text: string }
}

const asArgument = (handed: Handed) => {
  if (typeof handed === 'object') return handed
  return { type: typeof handed, value: handed }
}

/** @param browser - one that speaks BiDi, as puppeteer's Firefox does */
export function bidiOf(browser: Browser): Bidi {
  const { connection } = browser as unknown as { readonly connection: Connection }
  const send = async <Result>(method: string, params: object) =>
    (await connection.send(method, params)).result as Result
  return {
    send,
    on: (event, listener) => connection.on(event, listener),
    async call(context, run, ...handed) {
      const { type, result, exceptionDetails } = await send<Called>('script.callFunction', {
        functionDeclaration: `async (...handed) => JSON.stringify((await (${run})(...handed)) ?? null)`,
        arguments: handed.map(asArgument),
        awaitPromise: true,
        target: { context },
      })
      if (type === 'exception' || result?.value === undefined)
        throw new Error(exceptionDetails?.text ?? 'The page answered nothing.')
      return JSON.parse(result.value)
    },
  }
}
