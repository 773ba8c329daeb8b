/** The panel of filters: what they leave out is not collected. Each change counts at once. */
import { noFilters } from '../platform/filters.ts'
import type { Filters } from '../platform/message-table.ts'
import { button, element, onTrusted } from './elements.ts'
import { hostsIn } from './filter.ts'

type Format = Filters['formats'][number]

const formats: readonly (readonly [Format, string])[] = [
  ['jpg', 'JPEG'],
  ['png', 'PNG'],
  ['webp', 'WebP'],
  ['gif', 'GIF'],
  ['avif', 'AVIF'],
  ['svg', 'SVG'],
]
const shapes: readonly (readonly [Filters['aspect'], string])[] = [
  ['any', 'any'],
  ['landscape', 'wide'],
  ['portrait', 'tall'],
  ['square', 'square'],
]
const maxSidePx = 100_000

export interface FilterPanel {
  readonly root: HTMLElement
  readonly show: (filters: Filters) => void
}

function labelled(text: string, id: string, control: HTMLElement): HTMLElement {
  control.id = id
  return element('div', { class: 'field' }, element('label', { text, attributes: { for: id } }), control)
}

export function createFilterPanel(id: string, changed: (filters: Filters) => void): FilterPanel {
  const side = element('input', {
    class: 'short',
    attributes: { type: 'number', min: '0', max: String(maxSidePx), step: '50', inputmode: 'numeric' },
  })
  const shape = element('select')
  for (const [value, text] of shapes) shape.append(element('option', { text, attributes: { value } }))
  const boxes = formats.map(([format, text]) => {
    const box = element('input', { attributes: { type: 'checkbox' } })
    return { format, box, label: element('label', { class: 'check' }, box, document.createTextNode(text)) }
  })
  const hosts = element('input', {
    class: 'wide',
    attributes: { type: 'text', autocomplete: 'off', spellcheck: 'false', placeholder: 'stock.example' },
  })
  const formatGroup = element(
    'div',
    { class: 'field', attributes: { role: 'group', 'aria-label': 'Formats; all where none is chosen' } },
    element('span', { class: 'legend', text: 'Formats' }),
    ...boxes.map(({ label }) => label),
  )
  const root = element(
    'div',
    { class: 'panel', attributes: { id, role: 'group', 'aria-label': 'Filters' } },
    labelled('Shortest side in px', `${id}-side`, side),
    labelled('Shape', `${id}-shape`, shape),
    formatGroup,
    labelled('Hosts to leave out', `${id}-hosts`, hosts),
    button('No filters', 'quiet', () => changed(noFilters)),
  )

  const read = (): Filters => ({
    minSidePx: Math.min(maxSidePx, Math.max(0, Math.round(Number(side.value) || 0))),
    aspect: shapes.find(([value]) => value === shape.value)?.[0] ?? 'any',
    formats: boxes.filter(({ box }) => box.checked).map(({ format }) => format),
    withoutHosts: hostsIn(hosts.value),
  })
  const controls = [side, shape, hosts, ...boxes.map(({ box }) => box)]
  for (const control of controls) onTrusted(control, 'change', () => changed(read()))

  return {
    root,
    show: filters => {
      // What is being typed belongs to the person.
      const set = (input: HTMLInputElement | HTMLSelectElement, value: string) => {
        if (input.value !== value && !input.matches(':focus')) input.value = value
      }
      set(side, String(filters.minSidePx))
      set(shape, filters.aspect)
      set(hosts, filters.withoutHosts.join(' '))
      for (const { format, box } of boxes) box.checked = filters.formats.includes(format)
    },
  }
}
