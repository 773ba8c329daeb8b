/** One result of a made-up results page. */
export interface MadeUpResult {
  readonly imageUrl: string
  readonly thumbnailUrl: string
  readonly landingUrl: string
  readonly title: string
  readonly width: number
  readonly height: number
}

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** One result in the layout of Bing Images. */
export function tile(result: MadeUpResult, index: number): string {
  const { imageUrl, thumbnailUrl, landingUrl, title, width, height } = result
  const data = JSON.stringify({
    murl: imageUrl,
    turl: thumbnailUrl,
    purl: landingUrl,
    t: title,
    mid: `made-up-${index}`,
  })
  const link = `/images/search?view=detailV2&mediaurl=${encodeURIComponent(imageUrl)}&expw=${width}&exph=${height}`
  return `<li data-idx="${index + 1}"><div class="iuscp"><div class="imgpt">
    <a class="iusc" m="${escapeHtml(data)}" href="${escapeHtml(link)}"><img class="mimg" src="${escapeHtml(thumbnailUrl)}" alt="${escapeHtml(title)}" width="240" height="160"></a>
    <div class="img_info"><span class="nowrap">${width} × ${height}</span></div></div></div></li>`
}

/**
 * A results page with invented contents in the layout of Bing Images, under a content policy as strict as any real one:
 * what works here works there.
 */
export function bingPage(query: string, results: readonly MadeUpResult[]): string {
  const policy = `default-src 'none'; script-src 'none'; img-src https: http:; style-src 'unsafe-inline'; require-trusted-types-for 'script'`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(query)} - images</title>
<style>
  body { margin: 0; font: 15px system-ui, sans-serif; background: #f6f6f4; color: #222; }
  header { padding: 18px 28px; background: #fff; border-bottom: 1px solid #ddd; font-size: 20px; }
  ul { list-style: none; margin: 0; padding: 20px 28px 140px; display: grid; grid-template-columns: repeat(auto-fill, 240px); gap: 16px; }
  img { object-fit: cover; border-radius: 6px; background: #ddd; } .nowrap { font-size: 12px; color: #666; }
</style></head><body>
<header>${escapeHtml(query)} <small>a made-up results page</small></header>
<div id="mmComponent_images_1" class="dgControl"><ul class="dgControl_list">${results.map(tile).join('\n')}</ul></div>
</body></html>`
}

/** The same results in the layout of Google Images, with the links a tile has once the mouse has passed over it. */
export function googlePage(query: string, results: readonly MadeUpResult[]): string {
  const tiles = results.map(({ imageUrl, thumbnailUrl, landingUrl, title, width, height }, index) => {
    const about = { imgurl: imageUrl, imgrefurl: landingUrl, w: String(width), h: String(height) }
    const link = `/imgres?${new URLSearchParams(about)}`
    return `<div data-docid="made-up-${index}" data-lpage="${escapeHtml(landingUrl)}"><a href="${escapeHtml(link)}">
    <img src="${escapeHtml(thumbnailUrl)}" alt="${escapeHtml(title)}" width="240" height="160"></a><div class="toI8Rb">${escapeHtml(title)}</div></div>`
  })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(query)} - search</title></head>
<body><div id="rso">${tiles.join('\n')}</div></body></html>`
}

/** The same results in the layout of DuckDuckGo Images: tiles without originals, which the page fetches for itself. */
export function duckPage(query: string, results: readonly MadeUpResult[]): string {
  const tiles = results.map(({ landingUrl, title }, index) => {
    const shown = `https://external-content.duckduckgo.com/iu/?u=${encodeURIComponent(duckThumbnail(index))}`
    return `<figure><div><img src="${shown}" alt="${escapeHtml(title)}" width="240" height="160"></div>
    <figcaption><a href="${escapeHtml(landingUrl)}"><h3 title="${escapeHtml(title)}">${escapeHtml(title)}</h3></a></figcaption></figure>`
  })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(query)} at DuckDuckGo</title></head>
<body>${tiles.join('\n')}<script>fetch('/i.js?o=json&p=1&q=' + ${JSON.stringify(encodeURIComponent(query))})</script></body></html>`
}

/** What that page fetches. */
export const duckAnswer = (results: readonly MadeUpResult[]): string =>
  JSON.stringify({
    results: results.map(({ imageUrl, landingUrl, title, width, height }, index) => ({
      image: imageUrl,
      thumbnail: duckThumbnail(index),
      url: landingUrl,
      title,
      width,
      height,
    })),
  })

const duckThumbnail = (index: number) => `https://tse1.thumbs.example/th/id/OIP.made-up-${index}?pid=Api`
