/** What several parts of the bar are made of. */
import type { BarActions } from './bar.ts'
import { drawing, element, iconButton } from './elements.ts'

const wheat =
  'M12 2.5c1.9 1.600 1.900 4.200 0 6-1.900-1.800-1.900-4.400 0-6Zm-.8 9.700c-2.600.1-4.300-1.500-4.500-4.100 2.600 0 4.400 1.600 4.500 4.100Zm1.600 0c2.600.1 4.300-1.500 4.500-4.100-2.600 0-4.400 1.600-4.500 4.100Zm-1.600 4.300c-2.600.1-4.300-1.500-4.500-4.100 2.600 0 4.400 1.600 4.500 4.100Zm1.600 0c2.600.1 4.300-1.500 4.500-4.100-2.600 0-4.400 1.600-4.500 4.100Zm-1.600 4.300c-2.600.1-4.300-1.500-4.500-4.100 2.600 0 4.400 1.600 4.500 4.100Zm1.600 0c2.600.1 4.300-1.500 4.500-4.100-2.600 0-4.400 1.600-4.500 4.100Z'
const minus = 'M6 12h12'

export const mark = () =>
  element('span', { class: 'mark', attributes: { 'aria-hidden': 'true' } }, drawing(wheat))

export const minimiseButton = (actions: Pick<BarActions, 'minimise'>) =>
  iconButton(minus, 'Minimise Gleaner', () => actions.minimise(true))
