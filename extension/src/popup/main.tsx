import { mount } from '../connection/mount.tsx'
import { activeTab, addressOf } from '../platform/tabs.ts'
import { Popup } from './popup.tsx'

/** A popup opened as a page of its own (it then is the active tab itself) names the tab it is about, and its page. */
const asked = new URLSearchParams(location.search)
const named = Number(asked.get('tab') ?? Number.NaN)

async function tabInQuestion() {
  if (!Number.isInteger(named)) return activeTab()
  const address = asked.get('address') ?? (await addressOf(named).catch(() => undefined))
  return { id: named, address }
}

const tab = await tabInQuestion()
mount(<Popup tabId={tab?.id} address={tab?.address} />)
