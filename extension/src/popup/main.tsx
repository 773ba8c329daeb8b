import { mount } from '../connection/mount.tsx'
import { activeTabId } from '../platform/tabs.ts'
import { Popup } from './popup.tsx'

/** A popup opened as a page of its own (it then is the active tab itself) names the tab it is about. */
const named = Number(new URLSearchParams(location.search).get('tab') ?? Number.NaN)

const tabId = Number.isInteger(named) ? named : await activeTabId()
mount(<Popup tabId={tabId} />)
