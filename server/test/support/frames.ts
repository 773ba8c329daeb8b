/**
 * Messages on a socket: a head of JSON and a body of bytes, so that no picture is ever spelled out in text. Eight bytes
 * stand before each: the lengths of head and body, big-endian.
 */
import type { Socket } from 'node:net'

const prefixBytes = 8

export interface Frame {
  readonly head: unknown
  /** Empty when the message has none. */
  readonly body: Buffer
}

export function sendFrame(socket: Socket, head: object, body: Uint8Array = Buffer.alloc(0)): void {
  if (socket.destroyed) return
  const text = Buffer.from(JSON.stringify(head, spelled))
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeUInt32BE(text.length, 0)
  prefix.writeUInt32BE(body.length, 4)
  socket.cork()
  for (const part of [prefix, text, body]) socket.write(part)
  socket.uncork()
}

/** Fingerprints are bytes within the head. */
const spelled = (_key: string, value: unknown) =>
  value instanceof Uint8Array ? { bytesInBase64: Buffer.from(value).toString('base64') } : value

const read = (_key: string, value: unknown) => {
  const isSpelled = typeof value === 'object' && value !== null && 'bytesInBase64' in value
  return isSpelled ? new Uint8Array(Buffer.from(String(value.bytesInBase64), 'base64')) : value
}

/** Calls back for every whole message, in order. Bytes that end early are dropped with the connection. */
export function onFrame(socket: Socket, take: (frame: Frame) => void): void {
  let chunks: Buffer[] = []
  let sizeBytes = 0
  let wantedBytes = prefixBytes

  const gathered = () => {
    const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, sizeBytes)
    chunks = [whole]
    return whole
  }
  const drop = (whole: Buffer, count: number) => {
    chunks = count < whole.length ? [whole.subarray(count)] : []
    sizeBytes -= count
  }
  socket.on('data', chunk => {
    chunks.push(chunk)
    sizeBytes += chunk.length
    while (sizeBytes >= wantedBytes) {
      const whole = gathered()
      const headBytes = whole.readUInt32BE(0)
      const bodyBytes = whole.readUInt32BE(4)
      wantedBytes = prefixBytes + headBytes + bodyBytes
      if (sizeBytes < wantedBytes) return
      const text = whole.toString('utf8', prefixBytes, prefixBytes + headBytes)
      const head: unknown = JSON.parse(text, read)
      // A copy: what follows in the same chunk must not be kept alive by a picture.
      const body = Buffer.from(whole.subarray(prefixBytes + headBytes, wantedBytes))
      drop(whole, wantedBytes)
      wantedBytes = prefixBytes
      take({ head, body })
    }
  })
}
