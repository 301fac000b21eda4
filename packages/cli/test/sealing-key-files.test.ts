import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeys, generateSealingKey } from '@tokenward/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { UsageError } from '../src/exit-code.ts'
import type { Io } from '../src/io.ts'
import { readSealingKeys } from '../src/sealing-key-files.ts'

/** Reads key files with these contents. */
function read(...contents: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'tokenward-keys-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const names = contents.map((content, i) => {
    writeFileSync(join(cwd, `${i}.json`), content)
    return `${i}.json`
  })
  return readNamed(cwd, names)
}

function readNamed(cwd: string, names: readonly string[]) {
  const redacted: string[] = []
  const io = { cwd, redact: (secret: string) => void redacted.push(secret) } as unknown as Io
  return { keys: readSealingKeys(names, io), redacted }
}

const [first, second, third] = [1, 2, 3].map(() => generateSealingKey())

describe('key files', () => {
  test.for([
    ['one JWK', [first], [first]],
    ['a list', [[first, second]], [first, second]],
    ['a JWK set', [{ keys: [first, second] }], [first, second]],
    ['several files, in order', [third, { keys: [first] }, [second]], [third, first, second]],
  ] as const)('%s', ([_, contents, keys]) => {
    const found = read(...contents.map((content) => JSON.stringify(content)))
    expect(found.keys).toEqual(keys)
    expect(found.redacted).toEqual(keys.map((key) => key?.k))
  })

  const signing = { kty: 'EC', d: 'canary', kid: 'a' }
  test.for([
    ['{"kty":"oct","k":"canary', /^--key-file is not JSON: create one/],
    ['', /^--key-file is not JSON/],
    ['"canary"', /^--key-file must hold a JWK, a list of JWKs or a JWK set/],
    ['null', /^--key-file must hold a JWK/],
    ['[]', /^--key-file must hold a JWK/],
    ['{"keys":[]}', /^--key-file must hold a JWK/],
    ['{"keys":"canary"}', /^--key-file must hold a JWK/],
    ['[["canary"]]', /^--key-file must hold a JWK/],
    [JSON.stringify([first, signing]), /^--key-file: key 2 is not a sealing key, because its kty/],
    ['{"canary":1}', /^--key-file: key 1 is not a sealing key/],
    ['{"kty":"oct","kid":"a","k":"canary"}', /^--key-file: key 1 must have 32 bytes/],
    [JSON.stringify({ ...first, kid: undefined }), /^--key-file: key 1 has no kid/],
  ] as const)('%s is a usage error that quotes nothing', ([content, message]) => {
    expect(() => read(content)).toThrow(UsageError)
    expect(() => read(content)).toThrow(message)
    expect(() => read(content)).not.toThrow(/canary|\d\.json/)
  })

  test('the message names the file by its number where there are several', () => {
    expect(() => read(JSON.stringify(first), 'x')).toThrow(/^--key-file \(file 2\) is not JSON/)
  })

  test('a signing key is redacted, although it is refused', async () => {
    const [key] = await generateKeys()
    const redacted: string[] = []
    const cwd = mkdtempSync(join(tmpdir(), 'tokenward-keys-'))
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
    writeFileSync(join(cwd, 'a.json'), JSON.stringify(key))
    const io = { cwd, redact: (secret: string) => void redacted.push(secret) } as unknown as Io
    expect(() => readSealingKeys(['a.json'], io)).toThrow(UsageError)
    expect(redacted).toEqual([key['d']])
  })

  test('a missing file, and a key in place of the name of a file', () => {
    const k = String(first?.k)
    expect(() => readNamed('/', ['none.json'])).toThrow(
      /^--key-file cannot be read: check its name/,
    )
    for (const given of [k, JSON.stringify(first), `[${JSON.stringify(first)}]`]) {
      expect(() => readNamed('/', [given])).toThrow(/not a key: other users can read arguments/)
      expect(() => readNamed('/', [given])).not.toThrow(k)
    }
  })
})
