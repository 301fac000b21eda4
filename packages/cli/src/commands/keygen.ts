import { resolve } from 'node:path'
import { generateKeys, generateSealingKey, type SigningKeys } from '@tokenward/core'
import type { Values } from '../arguments/spec.ts'
import { refuseOperands } from '../arguments/values.ts'
import { type Command, type CommandResult, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { publicKeyOf, readKeys } from '../key-files.ts'
import { jsonText, printable } from '../output/format.ts'
import { createFile } from '../output/new-file.ts'

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
  sealing: { help: "create a key for the option 'sealing' instead, as one JWK" },
  public: { value: 'FILE', help: 'create no key: print the public part of the keys in FILE' },
  out: { value: 'FILE', help: 'write to a new file that only its owner can read' },
} as const

export const keygen: Command = command({
  name: 'keygen',
  summary: 'create a private signing key, or a sealing key; keep it secret',
  usage: ['[--alg ALG] [--out FILE]', '--sealing [--out FILE]', '--public FILE [--out FILE]'],
  examples: [
    '--out keys.json',
    '--alg EdDSA --out keys.json',
    '--public keys.json',
    '--sealing --out seal-2026.json',
  ],
  options,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'keygen')
    const { out } = values
    const keys = await keysFor(values, io.cwd)
    const content = values.sealing ? keys[0] : { keys }
    const text = jsonText(content, 2)
    if (out === undefined) {
      const isSecret = values.public === undefined && io.printsToTerminal
      return { ...keygenResult(content, text), notes: isSecret ? [ON_TERMINAL] : [] }
    }
    createFile({
      option: 'out',
      path: resolve(io.cwd, out),
      content: `${text}\n`,
      kept: 'keys are',
    })
    const kids = keys.map(({ kid }) => kid)
    return keygenResult({ out, kids }, printable(`${out}: ${kids.join(', ')}`))
  },
})

const ON_TERMINAL =
  'This key is secret, and the terminal may keep it: use --out FILE for a key that you will use.'

type KeygenValues = Values<typeof options>

async function keysFor(values: KeygenValues, cwd: string): Promise<readonly SigningKeys[number][]> {
  const { alg, public: publicOf, sealing } = values
  if (publicOf !== undefined && alg !== undefined) {
    throw new UsageError('--alg does not go with --public, which creates no key: omit it.')
  }
  if (sealing && (publicOf !== undefined || alg !== undefined)) {
    throw new UsageError(
      '--sealing does not go with --alg or --public: a sealing key is for A256KW, and has no public part.',
    )
  }
  if (sealing) return [generateSealingKey()]
  return publicOf === undefined ? generateKeys(alg) : readKeys(publicOf, cwd).map(publicKeyOf)
}

function keygenResult(json: unknown, text: string): CommandResult {
  return { exitCode: EXIT.ok, json, text: () => [text] }
}
