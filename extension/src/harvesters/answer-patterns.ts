/**
 * Addresses of the answers in which engines send results to their own pages after the first. The reader in the page's
 * world passes these on and nothing else; it is a list of its own so that no harvester is bundled there.
 */
export const answerPatterns: Readonly<Record<string, readonly RegExp[]>> = {
  baidu: [/^https:\/\/image\.baidu\.com\/search\/acjson\?/],
  brave: [/^https:\/\/search\.brave\.com\/images\/__data\.json\?/],
  commons: [/^https:\/\/commons\.(?:m\.)?wikimedia\.org\/w\/api\.php\?(?:.*&)?(?:generator=search|pageids=)/],
  duckduckgo: [/^https:\/\/(?:[a-z]+\.)?duckduckgo\.com\/i\.js\?/],
  flickr: [/^https:\/\/(?:api|www)\.flickr\.com\/services\/rest\b/],
  google: [/^https:\/\/www\.google\.[a-z.]+\/search\?/],
  instagram: [
    /^https:\/\/www\.instagram\.com\/(?:graphql\/query|api\/graphql|api\/v1\/(?:tags|feed|users|fbsearch|locations)\/)/,
  ],
  openverse: [/^https:\/\/api\.openverse\.(?:org|engineering)\/v1\/images\/\?/],
  pexels: [/^https:\/\/www\.pexels\.com\/[a-z-]*\/?api\/v\d+\//],
  pinterest: [/^https:\/\/[a-z.]+\.pinterest\.[a-z.]+\/resource\/\w+\/get\//],
  pixabay: [/^https:\/\/pixabay\.com\/(?:[a-z-]+\/){1,2}search\//i],
  searxng: [/^https?:\/\/[^/]+\/(?:[\w-]+\/)?search\?.*\bformat=json\b/],
  unsplash: [/^https:\/\/unsplash\.com\/napi\//],
}
