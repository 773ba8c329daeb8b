/**
 * Addresses of the answers in which engines send results to their own pages after the first. The reader in the page's
 * world passes these on and nothing else; they have a file of their own so that no harvester is bundled there.
 */
export const baiduAnswers: readonly RegExp[] = [/^https:\/\/image\.baidu\.com\/search\/acjson\?/]
export const braveAnswers: readonly RegExp[] = [/^https:\/\/search\.brave\.com\/images\/__data\.json\?/]
export const commonsAnswers: readonly RegExp[] = [
  /^https:\/\/commons\.(?:m\.)?wikimedia\.org\/w\/api\.php\?(?:.*&)?(?:generator=search|pageids=)/,
]
export const duckduckgoAnswers: readonly RegExp[] = [/^https:\/\/(?:[a-z]+\.)?duckduckgo\.com\/i\.js\?/]
export const flickrAnswers: readonly RegExp[] = [/^https:\/\/(?:api|www)\.flickr\.com\/services\/rest\b/]
export const googleAnswers: readonly RegExp[] = [/^https:\/\/www\.google\.[a-z.]+\/search\?/]
export const instagramAnswers: readonly RegExp[] = [
  /^https:\/\/www\.instagram\.com\/(?:graphql\/query|api\/graphql|api\/v1\/(?:tags|feed|users|fbsearch|locations)\/)/,
]
export const openverseAnswers: readonly RegExp[] = [
  /^https:\/\/api\.openverse\.(?:org|engineering)\/v1\/images\/\?/,
]
export const pexelsAnswers: readonly RegExp[] = [/^https:\/\/www\.pexels\.com\/[a-z-]*\/?api\/v\d+\//]
export const pinterestAnswers: readonly RegExp[] = [
  /^https:\/\/[a-z.]+\.pinterest\.[a-z.]+\/resource\/\w+\/get\//,
]
export const pixabayAnswers: readonly RegExp[] = [/^https:\/\/pixabay\.com\/(?:[a-z-]+\/){1,2}search\//i]
export const searxngAnswers: readonly RegExp[] = [/^https?:\/\/[^/]+\/(?:[\w-]+\/)?search\?.*\bformat=json\b/]
export const unsplashAnswers: readonly RegExp[] = [/^https:\/\/unsplash\.com\/napi\//]

/** Those of all engines. */
export const answerPatterns: readonly RegExp[] = [
  ...baiduAnswers,
  ...braveAnswers,
  ...commonsAnswers,
  ...duckduckgoAnswers,
  ...flickrAnswers,
  ...googleAnswers,
  ...instagramAnswers,
  ...openverseAnswers,
  ...pexelsAnswers,
  ...pinterestAnswers,
  ...pixabayAnswers,
  ...searxngAnswers,
  ...unsplashAnswers,
]
