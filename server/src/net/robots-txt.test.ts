import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { forbiddenBy, mostRules, noRobots, parseRobots, robotsBytes } from './robots-txt.ts'

const at = (path: string) => new URL(path, 'https://photos.example')
/** Whether we may fetch `path`, by a file with these lines. */
const mayFetch = (lines: string, path: string) => forbiddenBy(parseRobots(lines), at(path)) === undefined
const forAll = (rules: string) => `User-agent: *\n${rules}`

describe('which group is ours', () => {
  test.each([
    ['no file at all', '', true],
    ['a group for everybody', 'User-agent: *\nDisallow: /', false],
    ['a group for somebody else', 'User-agent: otherbot\nDisallow: /', true],
    ['our own group, in any case', 'USER-AGENT: GLEANER\ndisallow: /', false],
    ['our own group, with a version', 'User-agent: Gleaner/2.1 (x)\nDisallow: /', false],
    ['a name that begins with ours', 'User-agent: GleanerPro\nDisallow: /', true],
    ['ours before everybody’s', 'User-agent: *\nDisallow: /\nUser-agent: gleaner\nDisallow: /x', true],
    ['an empty group of ours', 'User-agent: *\nDisallow: /\n\nUser-agent: gleaner\n', true],
    ['a group of several', 'User-agent: a\nUser-agent: gleaner\nUser-agent: b\nDisallow: /', false],
    [
      'groups of one name, taken together',
      'User-agent: *\nDisallow: /x\n\nUser-agent: *\nDisallow: /p',
      false,
    ],
    ['a rule before any group', 'Disallow: /\nUser-agent: *\nDisallow: /x', true],
    ['a blank line within a group', 'User-agent: *\n\nDisallow: /', false],
    ['a line nobody knows, within a group', 'User-agent: *\nSitemap: https://x/\nDisallow: /', false],
    ['a line nobody knows, between names', 'User-agent: gleaner\nFoo: 1\nUser-agent: b\nDisallow: /', false],
    ['names after rules begin anew', 'User-agent: gleaner\nDisallow: /x\nUser-agent: b\nDisallow: /', true],
    ['old Mac line ends', 'User-agent: *\rDisallow: /', false],
    ['Windows line ends and a byte order mark', '\uFEFFUser-agent: *\r\nDisallow: /\r\n', false],
    ['spaces and comments', '  User-agent :  *  # all\n\tDisallow:/ # nothing for you', false],
    ['a web page in its place', '<!doctype html><html><body>User-agent</body></html>', true],
    ['no colon', 'User-agent *\nDisallow /', true],
  ])('%s', (_, lines, may) => {
    expect(mayFetch(lines, '/p.jpg')).toBe(may)
  })
})

describe('which rule holds', () => {
  test.each([
    // The table of RFC 9309, section 5.1 and 5.2, and the examples of 2.2.2 and 2.2.3.
    ['Disallow: /', '/a', false],
    ['Disallow:', '/a', true],
    ['Allow: /', '/a', true],
    ['Allow: /a/\nDisallow: /a/b.jpg', '/a/b.jpg', false],
    ['Allow: /example/page/\nDisallow: /example/page/disallowed.gif', '/example/page/disallowed.gif', false],
    ['Allow: /example/page/\nDisallow: /example/page/disallowed.gif', '/example/page/x.gif', true],
    ['Disallow: /a\nAllow: /a', '/a', true],
    ['Allow: /a\nDisallow: /a', '/a', true],
    ['Disallow: *.gif$\nDisallow: /example/\nAllow: /publications/', '/publications/a', true],
    ['Disallow: *.gif$\nDisallow: /example/\nAllow: /publications/', '/x/a.gif', false],
    ['Disallow: *.gif$\nDisallow: /example/\nAllow: /publications/', '/x/a.gif?w=1', true],
    ['Disallow: /foo/bar?baz=quz', '/foo/bar?baz=quz', false],
    ['Disallow: /foo/bar?baz=quz', '/foo/bar?baz=other', true],
    ['Disallow: /foo/bar/ツ', '/foo/bar/%E3%83%84', false],
    ['Disallow: /foo/bar/%E3%83%84', '/foo/bar/ツ', false],
    ['Disallow: /foo/bar/%e3%83%84', '/foo/bar/%E3%83%84', false],
    ['Disallow: /foo/bar/%62%61%7A', '/foo/bar/baz', false],
    ['Disallow: /foo/bar/baz', '/foo/bar/%62%61%7A', false],
    ['Disallow: /a%2Fb', '/a/b', true],
    ['Disallow: /a%2fb', '/a%2Fb', false],
    ['Disallow: /path/file-with-a-%2A.html', '/path/file-with-a-*.html', false],
    ['Disallow: /path/foo-%24', '/path/foo-$', false],
    // Whose path begins like it, whatever follows.
    ['Disallow: /fish', '/fishheads/yummy.html', false],
    ['Disallow: /fish', '/Fish.asp', true],
    ['Disallow: /fish*', '/fish', false],
    ['Disallow: /fish/', '/fish', true],
    ['Disallow: /*.php', '/folder/filename.php?parameters', false],
    ['Disallow: /*.php$', '/filename.php/', true],
    ['Disallow: /*.php$', '/filename.php', false],
    ['Disallow: /fish*.php', '/fishheads/catfish.php?parameters', false],
    ['Disallow: /a*b*c$', '/a-b-b-c', false],
    ['Disallow: /a*b*c$', '/a-c-b', true],
    ['Disallow: /a*a$', '/a', true],
    ['Disallow: /$', '/', false],
    ['Disallow: /$', '/a', true],
    ['Disallow: /a$b', '/a$b', true],
    ['Disallow: /a\nAllow: /a*b', '/acb', true],
    ['Disallow: /**********b', '/ab', false],
    // What is no path is no rule.
    ['Disallow: fish', '/fish', true],
    ['Disallow: https://photos.example/', '/fish', true],
    ['Disallow: /', '/robots.txt', true],
  ])('%s → %s', (rules, path, may) => {
    expect(mayFetch(forAll(rules), path)).toBe(may)
  })

  test('is named with its line', () => {
    const robots = parseRobots('# hello\nUser-agent: *\n\nDisallow: /a/\nDisallow: /a/b*\n')
    expect(forbiddenBy(robots, at('/a/b.jpg'))).toMatchObject({ allows: false, path: '/a/b*', line: 5 })
  })

  test('no address takes long, whatever the file says', () => {
    const stars = `Disallow: /${'*a'.repeat(2_000)}$`
    const robots = parseRobots(forAll(Array(100).fill(stars).join('\n')))
    // Trying every way to spread the stars would take longer than the universe is old.
    expect(forbiddenBy(robots, at(`/${'ab'.repeat(2_000)}`))).toBeUndefined()
  })

  test('matches as a regular expression would', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '/', '*', '$'), { maxLength: 8 }).map(all => all.join(''))
    const path = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 10 }).map(all => `/${all.join('')}`)
    fc.assert(
      fc.property(text, path, (pattern, target) => {
        // A second slash in front would be a host.
        fc.pre(!target.startsWith('//'))
        const whole = pattern.endsWith('$')
        const body = (whole ? pattern.slice(0, -1) : pattern).replaceAll('$', '\\$').replaceAll('*', '.*')
        const isForbidden = new RegExp(`^/${body}${whole ? '$' : ''}`).test(target)
        expect(mayFetch(forAll(`Disallow: /${pattern}`), target)).toBe(!isForbidden)
      }),
      { numRuns: 2_000 },
    )
  })
})

test.each([
  ['Crawl-delay: 10', 10_000],
  ['crawl-delay: 0.5', 500],
  ['Crawl-delay: a while', null],
  ['Crawl-delay: -1', null],
  ['Disallow: /', null],
])('%s asks for a pace of %s ms', (line, delay) => {
  expect(parseRobots(forAll(line)).crawlDelayMs).toBe(delay)
  expect(parseRobots(`User-agent: other\n${line}`)).toEqual(noRobots)
})

describe('a file that somebody made to be slow', () => {
  // Each would take minutes if every sign of the text were read once for every other.
  test.each([
    ['comments that only look as if the line ended', `${'#'.repeat(robotsBytes)}\u2028x`],
    ['comments with a paragraph end', `${'#'.repeat(robotsBytes)}\u2029x`],
    ['blanks', `${' '.repeat(robotsBytes)}x`],
    ['a value of blanks', `Disallow:${' '.repeat(robotsBytes)}x`],
    ['a name without end', `User-agent: ${'gleaner'.repeat(robotsBytes / 7)}`],
  ])('is read quickly: %s', (_, text) => {
    expect(parseRobots(text)).toEqual(noRobots)
  })

  test('a group with thousands of names counts each of ours once', () => {
    // Counted each time it is named, 100,000 names times 40,000 rules would be looked at.
    const text = 'User-agent: *\n'.repeat(100_000) + 'Disallow: /p\n'.repeat(40_000)
    expect(parseRobots(text).rules).toHaveLength(mostRules)
  })
})

describe('what every address is held against', () => {
  test('only so many rules are read, those at the top', () => {
    const lines = Array.from({ length: mostRules + 1 }, (_, index) => `Disallow: /${index}.`)
    const robots = parseRobots(forAll(lines.join('\n')))
    expect(robots.rules).toHaveLength(mostRules)
    expect(forbiddenBy(robots, at(`/${mostRules - 1}.jpg`))).toBeDefined()
    expect(forbiddenBy(robots, at(`/${mostRules}.jpg`))).toBeUndefined()
  })

  test('groups of others take no place from ours', () => {
    const others = `User-agent: *\n${'Disallow: /x\n'.repeat(mostRules)}`
    expect(mayFetch(`${others}User-agent: gleaner\nDisallow: /p`, '/p')).toBe(false)
  })

  test('rules are brought into their form once, not again for every address', () => {
    const robots = parseRobots(forAll('Disallow: /ツ/a\nDisallow: /é\nAllow: /%e3'))
    const encode = vi.spyOn(globalThis, 'encodeURIComponent')
    try {
      expect(forbiddenBy(robots, at('/%E3%83%84/a'))).toMatchObject({ path: '/ツ/a' })
      expect(encode).not.toHaveBeenCalled()
    } finally {
      encode.mockRestore()
    }
  })

  test('the search ends at the rule that holds', () => {
    const { rules, crawlDelayMs } = parseRobots(
      forAll('Disallow: /\nDisallow: /a\nDisallow: /ab\nAllow: /ab\nDisallow: /abc\nDisallow: /ツ'),
    )
    const looked: string[] = []
    const watched = rules.map(({ pattern, ...rule }) => ({
      ...rule,
      get pattern() {
        looked.push(`${rule.allows ? '+' : '-'}${rule.path}`)
        return pattern
      },
    }))
    expect(forbiddenBy({ rules: watched, crawlDelayMs }, at('/abd'))).toBeUndefined()
    expect(looked).toEqual(['-/ツ', '-/abc', '+/ab'])
  })
})
