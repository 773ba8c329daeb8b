import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openHome } from '../src/store/home.ts'
import { temporaryFolder } from './support/samples.ts'

const worker = fileURLToPath(new URL('./support/crash-worker.ts', import.meta.url))

test('the lock of a killed process is gone with it', async () => {
  using root = temporaryFolder()
  const folder = join(root.path, 'home')
  const first = spawn(process.execPath, [worker, folder, '1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(first.stdout, 'data')
  const refusal = expect.objectContaining({ code: 'CONFIG_ALREADY_RUNNING' })
  await expect(openHome({ folder, now: Date.now })).rejects.toThrow(refusal)

  const second = spawn(process.execPath, [worker, folder, '2'], { stdio: 'ignore' })
  const [exitCode] = await once(second, 'exit')
  expect(exitCode).not.toBe(0)

  first.kill('SIGKILL')
  await once(first, 'exit')
  const home = await openHome({ folder, now: Date.now })
  home.close()
})
