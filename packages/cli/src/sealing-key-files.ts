import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SealingKeys } from '@tokenward/core'
import { UsageError } from './exit-code.ts'
import type { Io } from './io.ts'

/** A key in base64url, or JSON: given in place of the name of a file. */
const KEY_MATERIAL = /^[\w-]{43}=?$|[{["]/

/** The keys in all files, in order: the first one seals. No message quotes a file or its name. */
export function readSealingKeys(names: readonly string[], { cwd, redact }: Io): SealingKeys {
  const keys = names.flatMap((name, i) => {
    const option = names.length === 1 ? '--key-file' : `--key-file (file ${i + 1})`
    const found = keysIn(readText(name, cwd, option), option)
    for (const key of found) redactKey(key, redact)
    for (const [n, key] of found.entries()) checkKey(key, `${option}: key ${n + 1}`)
    return found
  })
  return keys as unknown as SealingKeys
}

function readText(name: string, cwd: string, option: string): string {
  try {
    return readFileSync(resolve(cwd, name), 'utf8')
  } catch {
    throw new UsageError(
      KEY_MATERIAL.test(name)
        ? `${option} takes the name of a file, and not a key: other users can read arguments. If it was a key, replace it, because it was exposed.`
        : `${option} cannot be read: check its name and permissions.`,
    )
  }
}

/** One JWK, a list of JWKs, or a JWK set (RFC 7517 §5). Drops the error of `JSON.parse`, which quotes the file. */
function keysIn(text: string, option: string): readonly object[] {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new UsageError(`${option} is not JSON: create one with tokenward keygen --sealing.`)
  }
  const keys: unknown = isObject(content) && 'keys' in content ? content.keys : content
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [keys]
  if (list.length > 0 && list.every(isObject)) return list
  throw new UsageError(
    `${option} must hold a JWK, a list of JWKs or a JWK set, as tokenward keygen --sealing prints it.`,
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The private members of a JWK (RFC 7518 §6), whatever its type. */
function redactKey(key: object, redact: Io['redact']): void {
  for (const member of ['k', 'd', 'p', 'q', 'dp', 'dq', 'qi']) {
    const value: unknown = Reflect.get(key, member)
    if (typeof value === 'string') redact(value)
  }
}

/** Core checks everything; these are the mistakes that need the words of the command line. */
function checkKey(key: object, name: string): void {
  const { kty, kid, k } = key as Readonly<Record<string, unknown>>
  if (kty !== 'oct') {
    throw new UsageError(
      `${name} is not a sealing key, because its kty is not oct: create one with tokenward keygen --sealing.`,
    )
  }
  if (typeof k !== 'string' || k.length !== 43) {
    throw new UsageError(`${name} must have 32 bytes in base64url as its k.`)
  }
  if (typeof kid !== 'string') throw new UsageError(`${name} has no kid, the id of the key.`)
}
