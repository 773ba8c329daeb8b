/** The extension manifest of both browsers. What the extension may do is decided here and held by a test. */
import type { ManifestV3Export } from '@crxjs/vite-plugin'
import extension from './package.json' with { type: 'json' }
import { harvesters } from './src/harvesters/registry.ts'

export type Browser = 'chrome' | 'firefox'

/** Pages of the extension load nothing from elsewhere and talk to this machine only. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // The hash is of one rule (touch-action of pressable elements) that React Aria adds as a style element.
  "style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='",
  "img-src 'self'",
  "font-src 'self'",
  'connect-src http://127.0.0.1:*',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

const icons = Object.fromEntries([16, 32, 48, 128].map(side => [side, `icons/icon-${side}.png`]))

const matches = [...new Set(harvesters.flatMap(({ hosts }) => hosts))].sort()

export function manifest(browser: Browser): ManifestV3Export {
  const own =
    browser === 'chrome'
      ? {
          background: { service_worker: 'src/background/index.ts', type: 'module' as const },
          minimum_chrome_version: '126',
        }
      : {
          background: { scripts: ['src/background/index.ts'], type: 'module' as const },
          browser_specific_settings: {
            gecko: {
              id: 'gleaner@gleaner.example',
              strict_min_version: '142.0',
              data_collection_permissions: { required: ['websiteContent', 'searchTerms'] },
            },
          },
        }
  return {
    manifest_version: 3,
    name: 'Gleaner',
    description: 'Collects image-search results into a dataset on your own computer.',
    version: extension.version,
    icons,
    action: { default_popup: 'popup.html', default_title: 'Gleaner', default_icon: icons },
    options_ui: { page: 'options.html', open_in_tab: true },
    // Match patterns cannot name a port; this one covers them all.
    host_permissions: ['http://127.0.0.1/*'],
    permissions: ['alarms', 'storage', 'unlimitedStorage'],
    content_scripts: [{ matches, js: ['src/content/index.ts'], run_at: 'document_idle' }],
    commands: {
      collect: {
        suggested_key: { default: 'Alt+Shift+C' },
        description: 'Collect what the results page shows',
      },
    },
    content_security_policy: { extension_pages: pagePolicy },
    incognito: 'not_allowed',
    ...own,
  } as ManifestV3Export
}
