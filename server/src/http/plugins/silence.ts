/**
 * When a connection is closed because nothing comes on it. A process that was held up, by a slow disk or a machine that
 * stood still, finds its timers due before it has looked at what arrived meanwhile: a request that waits to be read would
 * be torn down unread, and its sender told of a reset. So each connection is looked at once more.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Lets connections go that have been kept open between requests, after one more look. */
export function closeWhenSilent(server: Server): void {
  server.on('timeout', (socket: Socket) => destroyUnlessHeard(socket))
}

/** Closes a connection unless something can be read from it now. */
export function destroyUnlessHeard(socket: Socket): void {
  const { bytesRead } = socket
  // Timers come before reading in a turn of the event loop, immediates after it.
  setImmediate(() => {
    if (socket.bytesRead === bytesRead) socket.destroy()
  })
}
