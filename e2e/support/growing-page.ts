import { escapeHtml, type MadeUpResult, tile } from './results-page.ts'

/** How a made-up engine behaves at the end of its page. */
export interface Growth {
  /** What it brings, page after page. The first is there from the start. */
  readonly pages: readonly (readonly MadeUpResult[])[]
  /** What it brings after the last: nothing, or the last one again and again. */
  readonly atLast?: 'nothing' | 'repeats'
  /** Brings more when its button is pressed, not when it is scrolled to. */
  readonly hasButton?: boolean
  /** The results scroll in a part of the page, not with the window. */
  readonly isNested?: boolean
  /** Asks whether a person is searching before it brings the page of this number, from 1. */
  readonly asksBefore?: number
}

/** What the page's script does; runs in the page. */
function grow(growth: {
  readonly atLast: string
  readonly hasButton: boolean
  readonly asksBefore: number
}): void {
  const stored = [...document.querySelectorAll('template')]
  const list = document.querySelector('ul.dgControl_list')
  const scroller = document.querySelector('.scroller') ?? document.scrollingElement
  const more = document.querySelector('.btn_seemore')
  let shown = 1
  let isBusy = false
  const bring = () => {
    const next = stored[shown] ?? (growth.atLast === 'repeats' ? stored.at(-1) : undefined)
    if (next) list?.append(next.content.cloneNode(true))
    shown += 1
    isBusy = false
  }
  const ask = () => {
    const question = document.createElement('div')
    question.id = 'b_captcha'
    const button = document.createElement('button')
    button.textContent = 'I am a person'
    button.onclick = () => {
      question.remove()
      setTimeout(bring, 100)
    }
    question.append(button)
    document.body.prepend(question)
  }
  const want = () => {
    if (isBusy) return
    isBusy = true
    // Engines take a moment: the test must wait for it as a person does.
    if (shown === growth.asksBefore) ask()
    else setTimeout(bring, 150)
  }
  more?.addEventListener('click', event => {
    event.preventDefault()
    want()
  })
  const hear = () => {
    if (!scroller || growth.hasButton) return
    if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 50) want()
  }
  document.addEventListener('scroll', hear, true)
}

/** A results page in the layout of Bing Images that grows while it is scrolled. */
export function growingPage(query: string, growth: Growth): string {
  const { pages, atLast = 'nothing', hasButton = false, isNested = false, asksBefore = -1 } = growth
  let index = 0
  const drawn = pages.map(results => results.map(result => tile(result, index++)).join('\n'))
  const scrolls = isNested
    ? 'html, body { height: 100%; overflow: hidden } .scroller { height: 100vh; overflow-y: auto }'
    : ''
  const more = hasButton ? '<a class="btn_seemore" href="/images/other">More</a>' : ''
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(query)} - images</title>
<style>body { margin: 0; font: 15px system-ui } ul { list-style: none; margin: 0; padding: 20px; display: grid; grid-template-columns: repeat(auto-fill, 240px); gap: 16px } li { min-height: 190px } ${scrolls}</style>
</head><body><div class="${isNested ? 'scroller' : 'plain'}"><div class="dgControl"><ul class="dgControl_list">${drawn[0] ?? ''}</ul></div>${more}</div>
${drawn.map(html => `<template>${html}</template>`).join('\n')}
<script>(${grow.toString()})(${JSON.stringify({ atLast, hasButton, asksBefore })})</script></body></html>`
}
