/** What the reader in the page's world and the content script agree on. */

/** Asks the reader for what has been received. */
export const askEvent = 'gleaner:ask'
/** Asks whether a reader is there: one that is prevents the default. */
export const probeEvent = 'gleaner:probe'
/** One received answer, as a string: its address, a line break, its body. */
export const answerEvent = 'gleaner:answer'

/** Answers that are kept until they are asked for; of more, the latest. */
export const maxAnswers = 50
/** Characters of all of them together. */
export const maxHeldChars = 8_000_000
