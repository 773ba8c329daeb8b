import browser from 'webextension-polyfill'

export interface Alarm {
  /** Rings every half minute until stopped, also for a worker that died in between. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Half a minute is the shortest period browsers grant. */
const periodInMinutes = 0.5

/** Must be called while the background script is first run. */
export function createAlarm(name: string, ring: () => void): Alarm {
  browser.alarms.onAlarm.addListener(alarm => {
    if (alarm.name === name) ring()
  })
  return {
    start: async () => {
      if (!(await browser.alarms.get(name))) await browser.alarms.create(name, { periodInMinutes })
    },
    stop: async () => {
      await browser.alarms.clear(name)
    },
  }
}
