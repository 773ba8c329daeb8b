/** What is read of each real page and answer at hand. `saved-pages.test.ts` holds it to what is found. */
export interface SavedPage {
  /** Name in the engine's folder of the shared corpus; `.json` and `.txt` are answers. */
  readonly file: string
  /** Layout it is written in; `null` for a page without image results. */
  readonly layout: string | null
  readonly expected: number
  readonly found: number
  /** How many of those found come with the original's address. */
  readonly originals: number
  /** Why some come without; said where they do. */
  readonly without?: string
}

const full = (file: string, layout: string, results: number): SavedPage => ({
  file,
  layout,
  expected: results,
  found: results,
  originals: results,
})

const empty = (file: string): SavedPage => ({ file, layout: null, expected: 0, found: 0, originals: 0 })

/** By engine. An engine that is not named is known from documentation only. */
export const savedPages: Readonly<Record<string, readonly SavedPage[]>> = {
  baidu: [full('pic-page-2020-python.html', 'imgData', 60)],
  bing: [
    full('desktop-2025-crab-roe-noodles-en.html', 'tile metadata', 35),
    full('desktop-2026-god-of-war-pt.html', 'tile metadata', 35),
    full('desktop-2026-kucing-clusters.html', 'tile metadata', 35),
    empty('notimages-web-2025-ratan-tata.html'),
  ],
  commons: [full('api-generator-2020-a.json', 'API answers', 50)],
  duckduckgo: [
    {
      file: 'dom-2026-cute-kittens.html',
      layout: 'figures',
      expected: 344,
      found: 344,
      originals: 0,
      without: 'originals come only in the answers the page receives, which are described, not seen',
    },
  ],
  ecosia: [full('images-2026-oak.html', 'articles', 24)],
  flickr: [full('api-photos-search-2020.json', 'REST answers', 30)],
  google: [
    full('async-ijn4-2019-pixel-art.txt', 'rg_meta', 100),
    {
      file: 'basic-nojs-2026-papaya.html',
      layout: 'basic',
      expected: 20,
      found: 20,
      originals: 0,
      without: 'the basic page, for browsers without scripts, names no originals',
    },
    full('desktop-2024-cat-saved-page.html', 'desktop udm=2', 100),
    full('desktop-2026-dog.html', 'desktop udm=2', 100),
    full('imgres-2015-apple-es.html', 'imgres tiles', 100),
    full('mobile-lite-2026-roma-tomatoes-nl.html', 'mobile lite', 100),
    empty('notimages-botwall-2026-id.html'),
    empty('notimages-web-2019-van-gogh-paintings.html'),
    empty('notimages-web-2025-star-wars.html'),
    full('rgmeta-2019-britney-spears.html', 'rg_meta', 100),
  ],
  instagram: [full('hashtag-2021-paris.json', 'GraphQL nodes', 43)],
  searxng: [full('images-2026-attention.json', 'format=json', 722)],
  unsplash: [
    full('napi-search-2018-penguin.json', 'napi answers', 2),
    full('search-2025-shampoo-fr.html', 'masonry figures', 20),
  ],
  yandex: [
    full('cbir-2026.html', 'data-state cbirSites', 109),
    full('desktop-2026-kucing.html', 'data-state serpList', 30),
    empty('notimages-captcha-2026.html'),
  ],
}
