import { readFileSync, writeFileSync } from 'node:fs'
import type { RealServer } from './servers.ts'

/** TODO 1: what a person writes in test/server.ts. */
export function fillIn(path: string, { name, start, url }: RealServer): void {
  const address = url.replace('ADDRESS', () => `\${address}`)
  let text = readFileSync(path, 'utf8')
  for (const [from, to] of [
    ...replacementsOf(start),
    [`${name}://\${address}`, address] as const,
  ]) {
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`)
    text = text.replace(from, () => to)
  }
  writeFileSync(path, text)
}

function replacementsOf(start: RealServer['start']): readonly (readonly [string, string])[] {
  if (start.kind === 'process') {
    return [
      ["PROGRAM = '' as string", `PROGRAM = ${JSON.stringify(start.program)}`],
      ["VERSION = '' as string", `VERSION = ${JSON.stringify(start.version)}`],
      ["['--port', String(port), '--dir', folder]", start.arguments],
    ]
  }
  const words = start.command.split(' ').filter(Boolean)
  return [
    ["IMAGE = '' as string", `IMAGE = ${JSON.stringify(start.image)}`],
    ['PORT = 0 as number', `PORT = ${start.port}`],
    ['<string, string> = {}', `<string, string> = ${JSON.stringify(start.environment)}`],
    ['COMMAND: readonly string[] = []', `COMMAND: readonly string[] = ${JSON.stringify(words)}`],
  ]
}
