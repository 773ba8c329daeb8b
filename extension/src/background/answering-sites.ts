/**
 * Origins of the engines people allow when they first use them and whose results also come in answers: there the reader
 * in the page's world is wanted, too. A list of its own, so that no harvester is bundled with the worker; a test holds
 * it to the registry.
 */
export const answeringSites: readonly string[] = []
