/** The extension manifest of both browsers. What the extension may do is decided here and held by a test. */
import type { ManifestV3Export } from '@crxjs/vite-plugin'
import extension from './package.json' with { type: 'json' }
import { harvesters } from './src/harvesters/registry.ts'
import type { EngineSite } from './src/platform/engines.ts'
import { originPattern } from './src/platform/match-pattern.ts'

export type Browser = 'chrome' | 'firefox'

/**
 * Pages of the extension load nothing from elsewhere and make no request (their own policy in the HTML forbids any). The
 * worker talks to this machine, and to picture hosts the person allowed: the policy cannot name those, the browser's
 * permissions do.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // The hash is of one rule (touch-action of pressable elements) that React Aria adds as a style element.
  "style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='",
  "img-src 'self'",
  "font-src 'self'",
  'connect-src http: https:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

const icons = Object.fromEntries([16, 32, 48, 128].map(side => [side, `icons/icon-${side}.png`]))

const distinct = (patterns: readonly string[]) => [...new Set(patterns)].sort()

/** What the parts that read no page know of the engines. */
export const engineSites: readonly EngineSite[] = harvesters.map(
  ({ engine, label, access, hosts, verified, answers }) => ({
    engine,
    label,
    access,
    origins: distinct(hosts.flatMap(pattern => originPattern(pattern) ?? [])),
    hasAnswers: answers !== undefined,
    verified,
  }),
)

/** Pages the extension reads from the start; every other site is allowed by the person when it is first used. */
const installed = harvesters.filter(({ access }) => access === 'install')
const answering = distinct(installed.flatMap(({ answers, hosts }) => (answers ? hosts : [])))

/** Each engine is read by a file of its own, beside the one that all of them share. */
const contentFiles = (engine: string) => [`src/content/engines/${engine}.ts`, 'src/content/index.ts']

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
              data_collection_permissions: {
                required: ['websiteContent', 'searchTerms', 'browsingActivity'],
              },
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
    // Asked for one site at a time, by a click, when it is first needed.
    optional_host_permissions: ['https://*/*', 'http://*/*'],
    // `activeTab` tells the popup which site it is opened over; `scripting` runs on sites that were allowed later.
    permissions: ['activeTab', 'alarms', 'contextMenus', 'scripting', 'storage', 'unlimitedStorage'],
    content_scripts: [
      ...installed.map(({ engine, hosts }) => ({
        matches: distinct(hosts),
        js: contentFiles(engine),
        run_at: 'document_idle',
      })),
      { matches: answering, js: ['src/content/page-world.ts'], run_at: 'document_start', world: 'MAIN' },
    ],
    // Chromium keeps Alt+Shift+C, P, W, X and Z for tab groups, and gives none of them away.
    commands: {
      collect: {
        suggested_key: { default: 'Alt+Shift+G' },
        description: 'Collect what the page shows',
      },
      undo: {
        suggested_key: { default: 'Alt+Shift+U' },
        description: 'Take the last collect back',
      },
      pick: {
        suggested_key: { default: 'Alt+Shift+S' },
        description: 'Pick pictures one by one',
      },
    },
    content_security_policy: { extension_pages: pagePolicy },
    incognito: 'not_allowed',
    ...own,
  } as ManifestV3Export
}
