/** A page that shows the copies that were missed and the strangers that came nearest, pictures embedded. */
import type { Sight } from './recall-pictures.ts'

export interface Shown {
  readonly title: string
  readonly pictures: readonly [Sight, Sight]
  /** What was found out about the two. */
  readonly told: string
}

const escaped = (text: string) => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)

const figure = ({ name, thumbnail }: Sight) =>
  `<figure><img alt="" src="data:image/jpeg;base64,${thumbnail.toString('base64')}"><figcaption>${escaped(name)}</figcaption></figure>`

const pair = ({ title, pictures, told }: Shown) =>
  `<section><h3>${escaped(title)}</h3><p>${escaped(told)}</p>${pictures.map(figure).join('')}</section>`

export const pageOf = (misses: readonly Shown[], nearest: readonly Shown[]): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Worst misses and nearest strangers</title>
<style>
  body { font: 15px system-ui, sans-serif; margin: 2rem; color-scheme: light dark }
  section { display: inline-block; vertical-align: top; margin: 0 2rem 2rem 0 }
  figure { display: inline-block; margin: 0 .5rem 0 0 }
  h3, p { margin: 0 0 .4rem }
</style>
<h1>Worst misses and nearest strangers</h1>
<h2>Copies that were missed, or found with the least agreement</h2>
${misses.map(pair).join('\n')}
<h2>Different things that came nearest</h2>
${nearest.map(pair).join('\n')}
</html>
`
