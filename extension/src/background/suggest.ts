/** Where collected pictures could go: what the person used last, what the server has, what the query says. */
import type { Vocabulary } from '@gleaner/shared/collect'
import { limits } from '@gleaner/shared/limits'
import { cleanText } from '@gleaner/shared/text'
import type { Choice, Destination, TabView } from '../platform/message-table.ts'
import type { Chosen } from './memory.ts'

const firstDataset = 'My images'

interface Known {
  readonly recents: readonly Destination[]
  readonly vocabulary: Vocabulary
}

/**
 * Makes a class label of a query: search operators and quotes out, white space folded.
 *
 * @returns `undefined` when nothing is left
 */
export function labelFromQuery(query: string | null): string | undefined {
  const words = (query ?? '')
    .replace(/(^|\s)-\S+/g, ' ')
    .replace(/(^|\s)[a-z]+:\S+/gi, ' ')
    .replace(/["“”„()]/g, ' ')
  return cleanText(words, limits.classChars)
}

const isSameName = (one: string, other: string) =>
  one.localeCompare(other, undefined, { sensitivity: 'accent' }) === 0

/** Each name once, the first one counts. */
function distinct(choices: readonly Choice[]): Choice[] {
  const byName = new Map<string, Choice>()
  for (const choice of choices) {
    const held = byName.get(choice.name)
    if (!held || (held.images === null && choice.images !== null)) byName.set(choice.name, choice)
  }
  return [...byName.values()]
}

function datasetChoices({ recents, vocabulary }: Known): Choice[] {
  const existing = vocabulary.datasets.map(({ name, classes }) => ({
    name,
    images: classes.reduce((sum, { images }) => sum + images, 0),
  }))
  return distinct([...recents.map(({ dataset }) => ({ name: dataset, images: null })), ...existing])
}

function classChoices({ recents, vocabulary }: Known, dataset: string): Choice[] {
  const classes = vocabulary.datasets.find(({ name }) => name === dataset)?.classes ?? []
  return distinct([
    ...recents
      .filter(recent => recent.dataset === dataset)
      .map(recent => ({ name: recent.class, images: null })),
    ...classes.map(({ label, images }) => ({ name: label, images })),
  ])
}

/**
 * Chooses a destination and what to offer beside it. A class the person put in their own words stays for the whole
 * tab ("cat" through the queries "kitten" and "tabby") unless the query names another class of the dataset.
 *
 * @param asked - the dataset the picker shows, when it is not the tab's own
 */
export function suggest(
  known: Known,
  query: string | null,
  chosen: Chosen | null,
  asked?: string,
): Pick<TabView, 'destination' | 'datasets' | 'classes'> {
  const datasets = datasetChoices(known)
  const dataset = asked ?? chosen?.dataset ?? datasets[0]?.name ?? firstDataset
  const existing = classChoices(known, dataset)
  const label = labelFromQuery(query)
  const named = label === undefined ? undefined : existing.find(({ name }) => isSameName(name, label))?.name
  const isKept = chosen !== null && (chosen.query === query || (chosen.isOwnWord && named === undefined))
  const words = label === undefined ? [] : [label, ...label.split(' ').filter(word => word.length > 2)]
  return {
    destination: { dataset, class: (isKept ? chosen.class : (named ?? label)) ?? existing[0]?.name ?? '' },
    datasets: datasets.length > 0 ? datasets : [{ name: firstDataset, images: null }],
    classes: distinct([...existing, ...words.map(word => ({ name: word, images: null }))]).filter(
      ({ name }, place, all) => all.findIndex(other => isSameName(other.name, name)) === place,
    ),
  }
}
