import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface Run {
  readonly exitCode: number | null
  readonly output: string
  readonly errors: string
  /** The files that the demo left in its temporary folder. */
  readonly leftovers: readonly string[]
}

/** Runs the demo in its own process, with an empty temporary folder. */
export async function runDemo(
  args: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<Run> {
  const TMPDIR = await mkdtemp(join(tmpdir(), 'tokenward-demo-test-'))
  try {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ...environment, TMPDIR },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [[exitCode], output, errors] = await Promise.all([
      once(child, 'exit') as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ])
    return { exitCode, output, errors, leftovers: await readdir(TMPDIR) }
  } finally {
    await rm(TMPDIR, { recursive: true, force: true })
  }
}

/** The steps that the summary lists as failed. */
export function failedSteps({ output }: Run): readonly string[] {
  return [...output.matchAll(/^ {2}step \d+, (.*)$/gm)].map(([, step = '']) => step)
}
