/**
 * Content scripts of engines that people allow when they first use them have to be built like those of the manifest, but
 * the manifest must not name them: they are registered by the background. The builder knows no files but the manifest's,
 * so they stand in it while it is at work.
 */
import type { ManifestV3Export } from '@crxjs/vite-plugin'
import type { Plugin } from 'vite'
import { harvesters } from '../src/harvesters/registry.ts'

/** A host that can never exist (RFC 2606). */
const nowhere = 'https://nowhere.invalid/*'

const engineFiles = harvesters.map(({ engine }) => `src/content/engines/${engine}.ts`)

/** Files that run in pages: each is one script, for nothing can be loaded from there. */
export const standaloneFiles: string[] = ['src/content/index.ts', 'src/content/page-world.ts', ...engineFiles]

type Scripts = readonly { readonly matches?: readonly string[]; readonly js?: readonly string[] }[]

export function withFilesOnRequest(manifest: ManifestV3Export): ManifestV3Export {
  const { content_scripts: scripts = [] } = manifest as { content_scripts?: Scripts }
  const named = scripts.flatMap(({ js = [] }) => js)
  const js = engineFiles.filter(file => !named.includes(file))
  const onRequest = { matches: [nowhere], js, run_at: 'document_idle' }
  return { ...manifest, content_scripts: [...scripts, onRequest] } as ManifestV3Export
}

export function leaveOutFilesOnRequest(): Plugin {
  return {
    name: 'leave-out-files-on-request',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const asset = bundle['manifest.json']
        if (asset?.type !== 'asset') return
        const manifest = JSON.parse(String(asset.source)) as { content_scripts: Scripts }
        const scripts = manifest.content_scripts.filter(({ matches }) => !matches?.includes(nowhere))
        asset.source = `${JSON.stringify({ ...manifest, content_scripts: scripts }, null, 2)}\n`
      },
    },
  }
}
