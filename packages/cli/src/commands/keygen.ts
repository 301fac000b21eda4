import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { generateKeys } from '@tokenward/core'
import { refuseOperands } from '../arguments/values.ts'
import { type Command, type CommandResult, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { publicKeyOf, readKeys } from '../key-files.ts'
import { jsonText, printable } from '../output/format.ts'

/** The algorithms that core signs with (RFC 7518 §3.1, RFC 9864). */
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
  'EdDSA',
  'Ed25519',
]

const options = {
  alg: { value: 'ALG', help: `${ALGORITHMS.join(', ')} (default: ES256)`, choices: ALGORITHMS },
  public: { value: 'FILE', help: 'create no key: print the public part of the keys in FILE' },
  out: { value: 'FILE', help: 'write to a new file that only its owner can read' },
} as const

export const keygen: Command = command({
  name: 'keygen',
  summary: 'create a private signing key as a JWK set; keep it secret',
  usage: ['[--alg ALG] [--out FILE]', '--public FILE [--out FILE]'],
  examples: ['--out keys.json', '--alg EdDSA --out keys.json', '--public keys.json'],
  options,
  run: async ({ values, operands }, { cwd }) => {
    refuseOperands(operands, 'keygen')
    if (values.public !== undefined && values.alg !== undefined) {
      throw new UsageError('--alg does not go with --public, which creates no key: omit it.')
    }
    const keys =
      values.public === undefined
        ? await generateKeys(values.alg)
        : readKeys(values.public, cwd).map(publicKeyOf)
    const content = jsonText({ keys }, 2)
    if (values.out === undefined) return keygenResult({ keys }, content)
    writeNewFile(resolve(cwd, values.out), `${content}\n`)
    const kids = keys.map(({ kid }) => kid)
    return keygenResult({ out: values.out, kids }, printable(`${values.out}: ${kids.join(', ')}`))
  },
})

function keygenResult(json: unknown, text: string): CommandResult {
  return { exitCode: EXIT.ok, json, text: () => [text] }
}

/** Never overwrites a file: the key in it would be lost. */
function writeNewFile(path: string, content: string): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new UsageError(
      code === 'EEXIST'
        ? '--out: the file exists, and keys are not overwritten: use another name.'
        : `--out: the file cannot be written (${code}).`,
      { cause },
    )
  }
}
