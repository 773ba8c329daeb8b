/** `gleaner verify` beside a server that is at work. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ownerServerKey, proofOf } from '../src/access/owner-proof.ts'
import { openHome } from '../src/store/home.ts'
import { temporaryFolder } from './support/samples.ts'

const gleaner = fileURLToPath(new URL('../src/cli/gleaner.ts', import.meta.url))

async function verify(home: string) {
  const child = spawn(process.execPath, [gleaner, '--home', home, '--json', 'verify'])
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  const [report] = JSON.parse(out) as [{ folder: string; findings: { kind: string; at: string }[] }]
  return { exitCode, err, found: report.findings.map(({ kind, at }) => `${kind} ${at}`) }
}

test('what a running server has in hand is no finding; what stays wrong is', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  const home = await openHome({ folder, now: Date.now })
  const dataset = home.create('Birds').folder
  const { serverFolder } = home
  home.close()
  const inFlight = join(dataset, '.work', '1-1')
  const plant = () => writeFileSync(inFlight, 'half a pic')
  plant()
  expect(await verify(folder)).toMatchObject({ exitCode: 2, err: '', found: ['leftover .work/1-1'] })

  const isSeen = Promise.withResolvers<void>()
  const token = 'ab'.repeat(32)
  writeFileSync(join(serverFolder, 'cli-token'), token, { mode: 0o600 })
  const server = createServer(async (request, response) => {
    const { nonce } = JSON.parse(await text(request))
    response.end(JSON.stringify({ protocol: 1, proof: proofOf(ownerServerKey(token), nonce) }))
    // The file is on its way while the first look is taken, and gone before the second.
    setTimeout(() => {
      rmSync(inFlight, { force: true })
      isSeen.resolve()
    }, 1_000)
  }).listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    writeFileSync(join(serverFolder, 'server.json'), JSON.stringify({ port, pid: process.pid }))
    const live = await verify(folder)
    expect(live).toMatchObject({ exitCode: 0, found: [] })
    expect(live.err).toContain('A server is running')
    await isSeen.promise
    expect(existsSync(inFlight)).toBe(false)

    writeFileSync(join(dataset, '.work', 'stays'), 'for ever')
    expect(await verify(folder)).toMatchObject({ exitCode: 2, found: ['leftover .work/stays'] })
  } finally {
    server.close()
  }
})
