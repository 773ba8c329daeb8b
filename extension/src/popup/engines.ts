/** The engines the content script knows, in words. Held to the registry by the manifest test. */
export const engineLabels = ['Bing Images', 'Google Images', 'Yandex Images'] as const
