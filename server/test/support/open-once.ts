/** Opens a home, marking its steps for somebody who watches the system calls. */
import { writeSync } from 'node:fs'
import { openHome } from '../../src/store/home.ts'

const mark = (text: string) => void writeSync(1, `MARK ${text}\n`)

mark('opening')
const home = await openHome({ folder: process.argv[2] ?? '', now: Date.now })
mark('opened')
home.close()
