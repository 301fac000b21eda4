import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JWK } from 'jose'

export interface SealedText {
  readonly namespace: string
  readonly kind: string
  readonly key: string
  readonly text: string
}

/** Opens the texts with joserfc of PyPI, installed into a folder of its own. */
export async function openWithJoserfc(
  key: JWK,
  texts: readonly SealedText[],
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-joserfc-'))
  try {
    await run('python3', ['-m', 'venv', folder], '')
    const python = join(folder, 'bin/python')
    await run(python, ['-m', 'pip', 'install', '--quiet', 'joserfc==1.8.0'], '')
    const script = join(import.meta.dirname, 'open.py')
    return JSON.parse(await run(python, [script], JSON.stringify({ key, texts }))) as string[]
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function run(program: string, given: readonly string[], input: string): Promise<string> {
  const child = spawn(program, given, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(input)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ${given.join(' ')} exited with ${code}`)
  return output
}
