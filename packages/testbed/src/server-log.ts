import { setTimeout as wait } from 'node:timers/promises'
import type { Dockerode } from './engine/find.ts'

/** What the server printed. @param tail as many of its last lines; without it, all of them */
export async function serverLog(docker: Dockerode, id: string, tail?: number): Promise<string> {
  const lines = tail === undefined ? {} : { tail }
  const log = await docker.getContainer(id).logs({ stdout: true, stderr: true, ...lines })
  let text = ''
  // Docker's framing: the number of the stream, three zeros, the length in 4 bytes, then the text.
  for (let start = 8; start <= log.length; ) {
    const end = start + log.readUInt32BE(start - 4)
    text += log.toString('utf8', start, end)
    start = end + 8
  }
  return text
}

const POLL_INTERVAL_MS = 25

/** All of it, once `end` is in it: the engine shows a line some time after it was printed. */
export async function logUntil(docker: Dockerode, id: string, end: string): Promise<string> {
  for (;;) {
    const log = await serverLog(docker, id)
    if (log.includes(end)) return log
    await wait(POLL_INTERVAL_MS)
  }
}
