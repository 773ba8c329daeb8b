/** Made-up pages of programs, to be photographed by a browser: what people post as screenshots. */
import { numbersFrom } from '../../test/support/pictures.ts'
import { sentence } from './worse.ts'

export interface MadeUpScreen {
  readonly name: string
  readonly html: string
  readonly width: number
  readonly height: number
}

const themes = [
  {
    ground: '#ffffff',
    panel: '#f3f4f6',
    ink: '#1f2937',
    faint: '#9ca3af',
    line: '#e5e7eb',
    accent: '#2563eb',
  },
  {
    ground: '#1e1e1e',
    panel: '#252526',
    ink: '#d4d4d4',
    faint: '#808080',
    line: '#3c3c3c',
    accent: '#569cd6',
  },
  {
    ground: '#f0f2f5',
    panel: '#ffffff',
    ink: '#111b21',
    faint: '#667781',
    line: '#d9dde1',
    accent: '#00a884',
  },
  {
    ground: '#0d1117',
    panel: '#161b22',
    ink: '#c9d1d9',
    faint: '#8b949e',
    line: '#30363d',
    accent: '#f78166',
  },
] as const
type Theme = (typeof themes)[number]

const fonts = ['DejaVu Sans', 'Liberation Sans', 'Liberation Sans Narrow'] as const

type Body = (theme: Theme, seed: string, next: () => number) => string

const times = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join('')

const terminal: Body = ({ ink, accent }, seed, next) =>
  `<pre style="font:14px 'DejaVu Sans Mono';margin:12px;color:${ink}">${times(
    18 + Math.floor(next() * 20),
    at =>
      `<span style="color:${at % 3 === 0 ? accent : ink}">$ ${sentence(`${seed} ${at}`, 3 + Math.floor(next() * 6))}</span>\n`,
  )}</pre>`

const chat: Body = ({ panel, accent, faint }, seed, next) =>
  times(9, at => {
    const isOwn = next() < 0.5
    const style = `margin:8px 12px;max-width:70%;padding:8px 12px;border-radius:12px;${
      isOwn ? `margin-left:auto;background:${accent};color:#fff` : `background:${panel}`
    }`
    return `<div style="${style}">${sentence(`${seed} ${at}`, 4 + Math.floor(next() * 14))}<div style="font-size:10px;color:${faint}">12:${10 + at}</div></div>`
  })

const table: Body = ({ line, panel }, seed, next) =>
  `<table style="border-collapse:collapse;width:96%;margin:2%">${times(
    14,
    row =>
      `<tr style="background:${row === 0 ? panel : 'none'}">${times(
        5,
        column =>
          `<td style="border:1px solid ${line};padding:5px 8px">${column === 0 ? sentence(`${seed} ${row}`, 2) : (next() * 900).toFixed(2)}</td>`,
      )}</tr>`,
  )}</table>`

const form: Body = ({ line, accent, faint }, seed) =>
  `<div style="padding:24px"><h2>${sentence(seed, 3)}</h2>${times(
    5,
    at =>
      `<p style="margin:6px 0;color:${faint}">${sentence(`${seed} ${at}`, 2)}</p><div style="border:1px solid ${line};border-radius:4px;height:30px;padding:4px 8px">${at % 2 ? sentence(`${seed} v${at}`, 2) : ''}</div>`,
  )}<button style="margin-top:16px;background:${accent};color:#fff;border:0;padding:10px 24px;border-radius:4px">${sentence(`${seed} go`, 1)}</button></div>`

const dashboard: Body = ({ panel, line, accent, faint }, seed, next) =>
  `<div style="display:flex"><nav style="width:140px;background:${panel};padding:12px;height:100vh">${times(8, at => `<p>${sentence(`${seed} n${at}`, 1)}</p>`)}</nav>
   <main style="flex:1;padding:12px"><div style="display:flex;gap:10px">${times(3, at => `<div style="flex:1;border:1px solid ${line};border-radius:8px;padding:10px"><div style="color:${faint}">${sentence(`${seed} c${at}`, 2)}</div><b style="font-size:22px">${Math.floor(next() * 9000)}</b></div>`)}</div>
   <div style="display:flex;align-items:flex-end;gap:6px;height:220px;border:1px solid ${line};margin-top:12px;padding:10px">${times(16, () => `<div style="flex:1;background:${accent};height:${10 + next() * 90}%"></div>`)}</div>
   ${times(4, at => `<p>${sentence(`${seed} t${at}`, 12)}</p>`)}</main></div>`

const article: Body = ({ faint }, seed) =>
  `<div style="max-width:80%;margin:16px auto"><h1>${sentence(seed, 5)}</h1><p style="color:${faint}">${sentence(`${seed} by`, 4)}</p>${times(7, at => `<p style="line-height:1.5">${sentence(`${seed} ${at}`, 38)}</p>`)}</div>`

const settings: Body = ({ line, accent, faint }, seed, next) =>
  times(11, at => {
    const isOn = next() < 0.5
    return `<div style="display:flex;justify-content:space-between;align-items:center;padding:10px 16px;border-bottom:1px solid ${line}"><div>${sentence(`${seed} ${at}`, 2)}<div style="font-size:11px;color:${faint}">${sentence(`${seed} d${at}`, 5)}</div></div><div style="width:34px;height:18px;border-radius:9px;background:${isOn ? accent : line}"></div></div>`
  })

const code: Body = ({ ink, accent, faint, panel }, seed, next) =>
  `<div style="display:flex;font:13px 'DejaVu Sans Mono'"><div style="background:${panel};padding:8px;width:150px;height:100vh">${times(12, at => `<div style="padding:3px">${sentence(`${seed} f${at}`, 1)}.ts</div>`)}</div><pre style="margin:8px">${times(
    30,
    at =>
      `<span style="color:${faint}">${String(at + 1).padStart(3)} </span>${' '.repeat(2 * Math.floor(next() * 4))}<span style="color:${accent}">const</span> <span style="color:${ink}">${sentence(`${seed} ${at}`, 2).replace(' ', '_')} = ${sentence(`${seed} v${at}`, 2)}</span>\n`,
  )}</pre></div>`

const bodies: Readonly<Record<string, Body>> = {
  terminal,
  chat,
  table,
  form,
  dashboard,
  article,
  settings,
  code,
}

/** Every kind of page, each `rounds` times with other words, colours, letters and sizes. */
export function madeUpScreens(rounds: number): MadeUpScreen[] {
  const screens: MadeUpScreen[] = []
  for (let round = 0; round < rounds; round++) {
    for (const [kind, body] of Object.entries(bodies)) {
      const name = `screen ${kind} ${round}`
      const next = numbersFrom(round * 101 + kind.length * 7 + kind.charCodeAt(0))
      const theme = themes[Math.floor(next() * themes.length)] as Theme
      const isPhone = next() < 0.3
      const size = isPhone
        ? { width: 390, height: 780 }
        : { width: 800 + Math.floor(next() * 500), height: 600 + Math.floor(next() * 200) }
      const bar = isPhone
        ? `<div style="display:flex;justify-content:space-between;padding:4px 12px;font-size:12px"><b>9:41</b><b>82%</b></div>`
        : `<div style="background:${theme.panel};border-bottom:1px solid ${theme.line};padding:8px 12px">${sentence(`${name} bar`, 3)}</div>`
      const font = fonts[Math.floor(next() * fonts.length)]
      const html = `<!doctype html><body style="margin:0;font:14px '${font}';background:${theme.ground};color:${theme.ink}">${bar}${body(theme, name, next)}`
      screens.push({ name, html, ...size })
    }
  }
  return screens
}
