import { expect, test } from 'vitest'
import page from './index.html?raw'

test('the page holds nothing that the content security policy refuses', () => {
  const inline = [
    /<script(?![^>]*\ssrc=)/i,
    /<style/i,
    /\sstyle=/i,
    /\son[a-z]+=/i,
    /(?:src|href)="(?:data|https?|\/\/)/i,
  ]
  for (const pattern of inline) expect(page).not.toMatch(pattern)
})

test('React Aria finds its rule in place and adds no style element', () => {
  expect(page).toContain('id="react-aria-pressable-style"')
})
