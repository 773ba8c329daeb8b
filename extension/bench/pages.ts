/** Result pages of any length, in the layouts engines serve, with invented contents. */

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

export interface MadeUpPage {
  /** Address the page is read as. */
  readonly url: string
  /** The page without results; they go into the element with the id `results`. */
  readonly frame: string
  /** Results `from` to `to`, as they come with the page or by scrolling. */
  readonly html: (from: number, to: number) => string
  /** What the page's scripts receive with results that come by scrolling. */
  readonly answer: ((from: number, to: number) => { readonly url: string; readonly body: string }) | undefined
}

const places = (from: number, to: number) => Array.from({ length: to - from }, (_, place) => from + place)

function bingTile(place: number): string {
  const image = `https://host${place % 97}.example/uploads/2026/${place}/red-panda-${place}.jpg`
  const metadata = JSON.stringify({
    cid: `c${place}`,
    purl: `https://host${place % 97}.example/stories/${place}/red-pandas?from=search&n=${place}`,
    murl: image,
    turl: `https://ts${place % 4}.thumbs.example/th?id=OIP.c${place}&pid=15.1`,
    md5: String(place).padStart(32, '0'),
    t: `Red panda number ${place} asleep on a branch - Host & Sons`,
    mid: String(place).padStart(40, 'A'),
    desc: `Red panda number ${place} asleep on a branch - Host & Sons`,
  })
  const link = `/images/search?view=detailV2&ccid=c${place}&mediaurl=${encodeURIComponent(image)}&exph=1155&expw=2048&q=red+panda`
  return `<li data-idx="${place}"><div class="iuscp"><div class="imgpt"><a class="iusc" m="${escaped(metadata)}" href="${escaped(link)}"><div class="img_cont hoff"><img class="mimg" width="160" height="90" data-src="https://tse${place % 4}.thumbs.example/th/id/OIP.c${place}?w=299&amp;h=180"></div></a><div class="img_info hon"><span class="nowrap">2048×1155</span></div></div></div></li>`
}

const bing: MadeUpPage = {
  url: 'https://www.bing.com/images/search?q=red+panda',
  frame: '<div class="dgControl"><ul class="dgControl_list" id="results"></ul></div>',
  html: (from, to) => places(from, to).map(bingTile).join(''),
  answer: undefined,
}

function googleTile(place: number): string {
  const page = `https://host${place % 97}.example/stories/${place}`
  return `<div jsname="dTDiAc" data-docid="doc${place}_-x" data-lpage="${page}"><h3><a><div><img width="160" height="90" src="data:image/gif;base64,R0lGODlhAQABAIAAAP///////yH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" alt="Red panda ${place} ..."></div></a></h3><a href="${page}"><div class="toI8Rb">Red panda ${place} ...</div></a></div>`
}

function googleRecords(from: number, to: number): string {
  const records = places(from, to).map(place => {
    const host = `host${place % 97}.example`
    const page = [null, `ref${place}`, `https://${host}/stories/${place}`, `Red panda "${place}"`, null, 0]
    const about = { '2000': [null, host, '194KB'], '2003': page, '2008': [null, `Red panda ${place} ...`] }
    const thumbnail = [`https://tbn0.thumbs.example/images?q=tbn:T${place}&s`, 168, 300]
    const original = [`https://${host}/uploads/${place}.jpg?w=2048&h=1155`, 1155, 2048]
    const filling = Array.from({ length: 60 }, (_, part) => [null, part, 'x'.repeat(12)])
    return [`k${place}`, [1, [0, `doc${place}_-x`, thumbnail, original, null, 0, about, filling]]] as const
  })
  return `(function(){var m=${JSON.stringify(Object.fromEntries(records))};var a=m;window.W_jd=a;})();`
}

const google: MadeUpPage = {
  url: 'https://www.google.com/search?q=red+panda&udm=2',
  frame: '<div id="rso"><div data-id="mosaic" id="results"></div></div>',
  html: (from, to) => places(from, to).map(googleTile).join(''),
  answer: (from, to) => ({
    url: `https://www.google.com/search?q=red+panda&udm=2&start=${from}`,
    body: `)]}'\n${JSON.stringify([googleRecords(from, to)])}`,
  }),
}

const anyPage: MadeUpPage = {
  url: 'https://photos.example/red-pandas',
  frame: '<main id="results"></main>',
  html: (from, to) =>
    places(from, to)
      .map(
        place =>
          `<figure class="card"><a href="/stories/${place}"><img src="/s/${place}-320.jpg" srcset="/s/${place}-320.jpg 320w, /s/${place}-1600.jpg 1600w" width="160" height="90" alt="Red panda ${place}"></a><figcaption>Red panda ${place}</figcaption></figure>`,
      )
      .join(''),
  answer: undefined,
}

export const pages = { bing, google, 'any page': anyPage } as const

/** A script that holds the records of results which come with the page. */
export const recordScript = googleRecords
