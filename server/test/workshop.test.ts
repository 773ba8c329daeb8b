/** The workshop on this machine, and one whose workers are other processes behind sockets: the same contract for both. */

import { startSocketWorkers } from './support/socket-workers.ts'
import { createSocketWorkshop } from './support/socket-workshop.ts'
import { createTestWorkshop } from './support/test-workshop.ts'
import { describeWorkshop } from './support/workshop-contract.ts'

describeWorkshop('on this machine', async options => {
  const workshop = createTestWorkshop(options)
  return { workshop, lose: ({ pid }) => process.kill(pid, 'SIGKILL'), close: workshop.close }
})

describeWorkshop('behind a socket', async options => {
  const workers = await startSocketWorkers(1, options)
  const workshop = createSocketWorkshop({ paths: workers.paths })
  return {
    workshop,
    lose: ({ parent }) => process.kill(parent, 'SIGKILL'),
    close: async () => {
      await workshop.close()
      await workers.close()
    },
  }
})
