/** What the index calls the host of bytes that no host was asked for: a file, or what a browser fetched. */
const ownHost = 'browser'

/** @returns the name of a host as a person reads it */
export const hostName = (host: string): string => (host === ownHost ? 'Brought by you' : host)
