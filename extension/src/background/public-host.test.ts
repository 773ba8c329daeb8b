import { expect, test } from 'vitest'
import { isPublicAddress } from './public-host.ts'

test.each([
  'https://pictures.example/1.jpg',
  'http://pictures.example:8080/1.jpg',
  'http://8.8.8.8/1.jpg',
  'http://172.32.0.1/',
  'http://100.128.0.1/',
  'http://[2606:4700::1]/',
])('%s leads out', address => {
  expect(isPublicAddress(new URL(address))).toBe(true)
})

test.each([
  'file:///etc/passwd',
  'data:image/png;base64,AA==',
  'ftp://pictures.example/',
  'https://user@pictures.example/',
  'https://:secret@pictures.example/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://router.local/',
  'http://nas.lan/',
  'http://a.localhost/',
  'http://metadata.google.internal/',
  'http://router/',
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://１２７.0.0.1/',
  'http://0/',
  'http://10.1.2.3/',
  'http://100.64.0.1/',
  'http://169.254.169.254/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://198.19.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::7f00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001::1]/',
  'http://[2001:db8::1]/',
  'http://[fe80::1]/',
  'http://[fd00::1]/',
  'http://[ff02::1]/',
])('%s does not', address => {
  expect(isPublicAddress(new URL(address))).toBe(false)
})
