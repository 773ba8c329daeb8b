import type { Rendered } from '../../work/work.ts'
import type { Stage } from '../stage.ts'
import { stop } from '../stage.ts'
import type { Judged } from './dedupe.ts'

export interface Drawn extends Judged {
  readonly rendered: Rendered
}

/** Has the decoded raster brought to the size of the dataset and encoded. */
export const render: Stage<Judged, Drawn> = {
  name: 'render',
  run: async input => {
    const rendered = await input.render()
    return rendered.kind === 'failed'
      ? stop({ kind: 'no-way', code: rendered.code, facts: rendered.facts })
      : { ...input, rendered }
  },
}
