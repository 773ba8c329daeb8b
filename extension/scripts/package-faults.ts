/** A text file of the built extension; names are relative to its folder. */
export interface BuiltFile {
  readonly name: string
  readonly text: string
}

const rules: readonly { readonly kind: RegExp; readonly pattern: RegExp; readonly fault: string }[] = [
  {
    kind: /\.js$/,
    pattern: /\bnew Function\b|[^.\w]Function\(|[^.\w]eval\(|importScripts/,
    fault: 'makes code of text',
  },
  { kind: /\.js$/, pattern: /\bimport\(\s*[`'"]https?:/, fault: 'loads code from elsewhere' },
  { kind: /\.html$/, pattern: /(?:src|href)="(?:https?:)?\/\//, fault: 'loads something from elsewhere' },
  { kind: /\.css$/, pattern: /url\(["']?https?:|@import/, fault: 'loads something from elsewhere' },
  { kind: /\.(?:js|css)$/, pattern: /\bsourceMappingURL=/, fault: 'names a source map' },
]

/** What a store or a page policy would refuse. @returns one line per fault */
export const packageFaults = (files: readonly BuiltFile[]): string[] =>
  files.flatMap(({ name, text }) =>
    rules
      .filter(({ kind, pattern }) => kind.test(name) && pattern.test(text))
      .map(({ fault }) => `${name} ${fault}`),
  )
