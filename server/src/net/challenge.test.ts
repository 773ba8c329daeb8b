import { expect, test } from 'vitest'
import { challengeInHeaders, challengeInPage } from './challenge.ts'

test.each([
  [403, { 'cf-mitigated': 'challenge' }, 'cf-mitigated'],
  [200, { 'cf-mitigated': 'challenge' }, 'cf-mitigated'],
  [202, { 'x-amzn-waf-action': 'challenge' }, 'x-amzn-waf-action'],
  [405, { 'x-amzn-waf-action': 'captcha' }, 'x-amzn-waf-action'],
  [403, { server: 'ddos-guard' }, 'ddos-guard'],
  [403, { 'x-datadome': 'protected' }, 'datadome'],
  [200, { server: 'ddos-guard' }, undefined],
  [200, { 'x-datadome': 'protected' }, undefined],
  [403, { server: 'cloudflare' }, undefined],
  [404, {}, undefined],
])('%i with %j is told by: %s', (status, headers, sign) => {
  expect(challengeInHeaders(status, headers)).toBe(sign)
})

const page = (head: string, body = '') =>
  `<!DOCTYPE html><html><head>${head}</head><body>${body}</body></html>`
const script = (url: string) => page('<title>photos</title>', `<script src="${url}"></script>`)

test.each([
  ['a wall by its title', page('<title>Just a moment...</title>'), 'cloudflare'],
  ['a wall by its script', script('/cdn-cgi/challenge-platform/h/b/x.js'), 'cloudflare'],
  ['another one', script('https://geo.captcha-delivery.com/captcha/'), 'datadome'],
  ['a third', page('', '<div id="px-captcha"></div>'), 'perimeterx'],
  ['any other by what it calls itself', page('<title>Are you a robot?</title>'), 'title'],
  ['a small page with nothing but a captcha', page('', '<div class="g-recaptcha"></div>'), 'captcha'],
  ['one that begins with a comment', `<!-- x -->\n${page('<title>Captcha</title>')}`, 'title'],
  ['one that begins with a byte order mark', `\uFEFF${page('<title>Captcha</title>')}`, 'title'],
  ['one that begins with room', ` \n\t\r\n ${page('<title>Captcha</title>')}`, 'title'],
  ['a mark and room', `\uFEFF \n${page('<title>Captcha</title>')}`, 'title'],
  ['a page', page('<title>Red pandas</title>', '<img src="/cap.jpg">'), undefined],
  ['a long page with a form', page('', `${'x'.repeat(30_000)}<div class="g-recaptcha">`), undefined],
  ['a page about captchas', page('<title>Puzzles</title>', '<p>A captcha is …</p>'), undefined],
  ['a picture that says so inside', `\xff\xd8\xff\xe0 <title>captcha</title>`, undefined],
  ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"><title>captcha</title></svg>', undefined],
  ['nothing', '', undefined],
])('%s', (_, text, sign) => {
  expect(challengeInPage(Buffer.from(text, text.startsWith('\xff') ? 'latin1' : 'utf8'))).toBe(sign)
})

test.each([
  ['titles that never close', '<html>', '<title'],
  ['titles that close at the end', '<html>', '<title', '>x'],
  ['titles that almost say it', '<html>', '<title>are you a '],
  ['one title that says almost everything', '<html><title>', 'are you a security captch '],
  ['comments that never close', '', '<!--'],
  ['comments', '', '<!---->'],
  ['blanks', '', ' '],
])('nobody is kept waiting by %s', (_, start, piece, end = '') => {
  const searched = 64_000
  const text = start + piece.repeat((searched - start.length - end.length) / piece.length) + end
  const bytes = Buffer.from(text)
  // Read to the end from each piece, one alone takes about a second.
  for (let page = 0; page < 120; page++) expect(challengeInPage(bytes)).toBeUndefined()
})
