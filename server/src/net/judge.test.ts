import { describe, expect, test } from 'vitest'
import { hostKey, judgeUrl } from './judge.ts'

describe('judgeUrl', () => {
  test.each([
    'http://photos.example/a.jpg',
    'https://photos.example:8443/a.jpg#part',
    '//photos.example/a.jpg',
    'https://93.184.215.14/a.jpg',
    'https://[2606:2800:21f:cb07::1]/a.jpg',
    'http:\\\\photos.example\\a.jpg',
    'ht\ttps://pho\ntos.example/a.jpg',
    'https://xn--bcher-kva.example/a.jpg',
  ])('lets %j pass', url => {
    expect(judgeUrl(url)).toBeNull()
  })

  test.each([
    'file:///etc/passwd',
    'ftp://photos.example/a.jpg',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'blob:https://photos.example/1',
    'about:blank',
    'photos.example/a.jpg',
    '',
    'http://user@photos.example/',
    'http://user:secret@photos.example/',
    'http://a@b#@c',
    'http://photos.example:22/',
    'http://photos.example:6379/',
    'http://photos.example:0/',
    'http://photos.example:99999/',
    `https://photos.example/${'a'.repeat(4096)}`,
  ])('refuses %j for its form', url => {
    expect(judgeUrl(url)).toBe('DOWNLOAD_URL_REFUSED')
  })

  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://0177.0.0.1/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0/',
    'http://127.0.0.1./',
    'http://127。0。0。1/',
    'http://１２７.0.0.1/',
    'http://%31%32%37.0.0.1/',
    'http:\\\\127.0.0.1\\',
    'http://1\t27.0.0.1/',
    'http://@127.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://192.168.1.1/',
    'http://10.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::7f00:1]/',
    'http://[1::1]/',
    'http://[4000::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://router/',
    'http://router./',
    'http://nas.local/',
    'http://build.internal/',
    'http://printer.home.arpa/',
    'http://fritz.lan/',
  ])('refuses %j for where it leads', url => {
    expect(judgeUrl(url)).toBe('DOWNLOAD_PRIVATE_ADDRESS')
  })

  test('asks the given judge about literals', () => {
    const allowLocal = (ip: string, port: number) => ip === '127.0.0.1' && port === 8080
    expect(judgeUrl('http://127.0.0.1:8080/', allowLocal)).toBeNull()
    expect(judgeUrl('http://127.0.0.1:8081/', allowLocal)).toBe('DOWNLOAD_PRIVATE_ADDRESS')
  })
})

test.each([
  ['https://img.photos.example.co.uk/a.jpg', 'example.co.uk'],
  ['https://IMG7.Photos.Example:8443/a.jpg', 'photos.example'],
  ['https://anna.github.io/a.jpg', 'anna.github.io'],
  ['https://photos.example./a.jpg', 'photos.example'],
  ['http://93.184.215.14:8080/a.jpg', '93.184.215.14'],
  ['http://[2606:2800::1]/a.jpg', '2606:2800::1'],
  ['http://co.uk/', 'co.uk'],
  ['mailto:a@b.example', ''],
])('hostKey of %s is %s', (url, key) => {
  expect(hostKey(url)).toBe(key)
})
