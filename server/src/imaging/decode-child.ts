/**
 * Entry of a decoder process: bytes from strangers are decoded here and nowhere else. It holds no credential, opens no
 * file and no connection, and may be killed at any moment.
 */
import { runDecoder } from './decoder.ts'
import { loadFastJpeg } from './fast-jpeg.ts'

runDecoder(await loadFastJpeg())
