/** What several parts of the bar are made of. */
import type { BarActions } from './bar.ts'
import { drawing, element, iconButton } from './elements.ts'

const wheat =
  'M12 2.5c1.9 1.6 1.9 4.2 0 6-1.9-1.8-1.9-4.4 0-6Zm-.8 9.7c-2.6.1-4.3-1.5-4.5-4.1 2.6 0 4.4 1.6 4.5 4.1Zm1.6 0c2.6.1 4.3-1.5 4.5-4.1-2.6 0-4.4 1.6-4.5 4.1Zm-1.6 4.3c-2.6.1-4.3-1.5-4.5-4.1 2.6 0 4.4 1.6 4.5 4.1Zm1.6 0c2.6.1 4.3-1.5 4.5-4.1-2.6 0-4.4 1.6-4.5 4.1Zm-1.6 4.3c-2.6.1-4.3-1.5-4.5-4.1 2.6 0 4.4 1.6 4.5 4.1Zm1.6 0c2.6.1 4.3-1.5 4.5-4.1-2.6 0-4.4 1.6-4.5 4.1Z'
const minus = 'M6 12h12'

export const mark = () =>
  element('span', { class: 'mark', attributes: { 'aria-hidden': 'true' } }, drawing(wheat))

export const minimiseButton = (actions: Pick<BarActions, 'minimise'>) =>
  iconButton(minus, 'Minimise Gleaner', () => actions.minimise(true))
