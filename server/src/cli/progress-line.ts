/** Progress on a terminal: one line redrawn in place. In a log: a line at each tenth. */
export interface ProgressLine {
  update(done: number, total: number, text: string): void
  end(): void
}

const barChars = 24

export function createProgressLine(stream: {
  readonly isTTY?: boolean
  write(text: string): unknown
}): ProgressLine {
  let lastTenth = -1
  return {
    update(done, total, text) {
      const share = total === 0 ? 1 : done / total
      if (stream.isTTY) {
        const filled = Math.round(share * barChars)
        const bar = `${'█'.repeat(filled)}${'░'.repeat(barChars - filled)}`
        stream.write(`\r\x1b[2K${bar} ${done}/${total}  ${text}`)
        return
      }
      const tenth = Math.floor(share * 10)
      if (tenth === lastTenth) return
      lastTenth = tenth
      stream.write(`${done}/${total}  ${text}\n`)
    },
    end() {
      if (stream.isTTY) stream.write('\n')
    },
  }
}
