/** Pauses the ingest of a data folder and says so: for whoever watches its system calls. */
import { mkdirSync, writeSync } from 'node:fs'
import { createControls } from '../../src/store/controls.ts'

const mark = (text: string) => void writeSync(1, `MARK ${text}\n`)

const [folder = ''] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const controls = createControls(folder)
mark('asked')
controls.pause()
mark('paused')
