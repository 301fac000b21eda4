import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { generateKeys } from '@tokenward/core'
import { takesStdin } from '../arguments/operands.ts'
import { type Answer, type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { keysIn, publicPart } from '../key-files.ts'
import { jsonText } from '../output/json.ts'
import { printable } from '../output/text.ts'
import { UsageError } from '../usage-error.ts'

/** What core signs with (RFC 7518 §3.1, RFC 9864). */
const ALGORITHMS = [
  ...['ES256', 'ES384', 'ES512'],
  ...['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'],
  ...['EdDSA', 'Ed25519'],
]

const options = {
  alg: { value: 'ALG', help: `${ALGORITHMS.join(', ')} (default: ES256)`, choices: ALGORITHMS },
  public: { value: 'FILE', help: 'makes no key: only the public part of those in FILE' },
  out: { value: 'FILE', help: 'writes a new file that its owner alone may read' },
} as const

export const keygen: Command = command({
  name: 'keygen',
  summary: 'makes a private key to sign with, as a JWK set; a secret',
  usage: ['[--alg ES256] [--out FILE]', '--public FILE'],
  options,
  run: async ({ values, operands }, { folder }) => {
    takesStdin(operands, 'keygen', false)
    if (values.public !== undefined && values.alg !== undefined) {
      throw new UsageError('--public takes the keys as they are: leave --alg out.')
    }
    const keys =
      values.public === undefined
        ? await generateKeys(values.alg)
        : keysIn(values.public, folder).map(publicPart)
    const lines = jsonText({ keys }, 2)
    if (values.out === undefined) return shown({ keys }, [lines])
    writeNew(resolve(folder, values.out), `${lines}\n`)
    const kids = keys.map(({ kid }) => kid)
    return shown({ out: values.out, kids }, [printable(`${values.out}: ${kids.join(', ')}`)])
  },
})

function shown(json: unknown, lines: readonly string[]): Answer {
  return { exitCode: EXIT.ok, json, text: () => lines }
}

/** Never over another file: the key that it held would be lost. */
function writeNew(path: string, content: string): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new UsageError(
      code === 'EEXIST'
        ? '--out: the file exists, and keys are not overwritten: give another name.'
        : `--out: the file cannot be written (${code}).`,
      { cause },
    )
  }
}
