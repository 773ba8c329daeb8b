/** Builds the browser parts: `vite build --mode chrome | firefox | dashboard`. */
import { fileURLToPath } from 'node:url'
import { crx } from '@crxjs/vite-plugin'
import { defineConfig, type UserConfig } from 'vite'
import { engineSites, manifest } from './extension/manifest.config.ts'
import {
  leaveOutFilesOnRequest,
  standaloneFiles,
  withFilesOnRequest,
} from './extension/scripts/content-files.ts'
import { noMarkup } from './extension/scripts/no-markup.ts'

/** Libraries mark client components for frameworks this project does not use; the marks mean nothing here. */
const rolldownOptions: NonNullable<UserConfig['build']>['rolldownOptions'] = {
  onLog: (level, log, handle) => {
    if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
  },
}

/** As the extension's manifest demands: what these know is not spelled out for older ones, in scripts or in style. */
const oldestBrowser = { chrome: 'chrome126', firefox: 'firefox142' } as const

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig(({ mode }): UserConfig => {
  const common: UserConfig = { oxc: { jsx: { runtime: 'automatic' } } }
  if (mode === 'dashboard') {
    return {
      ...common,
      root: at('server/src/dashboard'),
      build: { outDir: at('dist/dashboard'), emptyOutDir: true, target: 'es2023', rolldownOptions },
    }
  }
  const browser = mode === 'firefox' ? 'firefox' : 'chrome'
  return {
    ...common,
    root: at('extension'),
    define: { __ENGINES__: JSON.stringify(engineSites) },
    plugins: [
      noMarkup(),
      crx({
        manifest: withFilesOnRequest(manifest(browser)),
        browser,
        contentScripts: { standaloneFiles },
      }),
      leaveOutFilesOnRequest(),
    ],
    build: {
      outDir: at(`dist/extension-${browser}`),
      emptyOutDir: true,
      target: oldestBrowser[browser],
      // Every browser the extension runs in knows module preloading; the stand-in for others makes requests.
      modulePreload: { polyfill: false },
      rolldownOptions,
    },
  }
})
