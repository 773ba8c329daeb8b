/** A decoder on a machine for which there is no binary of the fast codec. */
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runDecoder } from '../../src/imaging/decoder.ts'
import { loadFastJpeg } from '../../src/imaging/fast-jpeg.ts'

runDecoder(await loadFastJpeg(createRequire(join(tmpdir(), 'nowhere.js'))))
