/**
 * How long anything is waited for that has to come, however busy the machine is. Only what never comes takes so long: no
 * test passes or fails by how quick something was. Twice the half minute after which the extension's alarm rings again.
 */
export const patienceMs = 60_000
