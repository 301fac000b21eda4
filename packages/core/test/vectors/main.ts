// `pnpm vectors FOLDER`: C2SP's Wycheproof vectors for JSON Web Signatures through the check that
// tokens go through. They are at github.com/C2SP/wycheproof, in testvectors_v1 (Apache-2.0).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { countOf, tryVectors, type VectorFile, type VectorResult } from './wycheproof.ts'

const FILES = ['json_web_signature_test', 'json_web_key_test', 'json_web_crypto_test'] as const

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: pnpm vectors FOLDER\nFOLDER: testvectors_v1 of github.com/C2SP/wycheproof')
  process.exit(2)
}

const files = FILES.map((name) => {
  const file = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as VectorFile
  return { name, file }
})
const total = files.reduce((sum, { file }) => sum + countOf(file), 0)
const tried: (VectorResult & { readonly name: string })[] = []
for (const { name, file } of files) {
  for await (const vector of tryVectors(file)) {
    tried.push({ name, ...vector })
    showProgress(tried.length)
  }
}
showProgress(null)

const contradictory = tried.filter(({ contradicts }) => contradicts)
const decided = tried.filter(({ contradicts }) => !contradicts)
const valid = decided.filter(({ result }) => result === 'valid')
const invalid = decided.filter(({ result }) => result === 'invalid')
const accepted = invalid.filter(({ refusal }) => refusal === null)
const forSignature = valid.filter(({ refusal }) => refusal === 'signature')
const byPolicy = valid.filter(({ refusal }) => refusal !== null && refusal !== 'signature')
const forKeys = invalid.filter(({ refusal }) => refusal === 'keys')

list('Invalid and accepted', accepted)
list('Valid and refused for the signature', forSignature)
list('Valid and refused for another reason: an encoding or a key that is not supported', byPolicy)
list('In the file both as valid and as invalid', contradictory)
console.log(`${tried.length} signatures: ${valid.length} valid, ${invalid.length} invalid`)
console.log(`  valid, refused for the signature    ${forSignature.length}`)
console.log(`  valid, refused for another reason   ${byPolicy.length}`)
console.log(`  invalid, accepted                   ${accepted.length}`)
console.log(`  invalid, refused for their keys     ${forKeys.length}`)
const good = forSignature.length + accepted.length === 0
console.log(
  good ? styleText('green', 'No wrong result.') : styleText('red', 'Wrong results: see above.'),
)
process.exitCode = good ? 0 : 1

function list(title: string, vectors: typeof tried): void {
  if (vectors.length === 0) return
  console.log(styleText('bold', title))
  for (const { name, tcId, comment, refusal, why } of vectors)
    console.log(`  ${name} ${tcId} ${comment}: ${why ?? refusal ?? 'accepted'}`)
}

/** One line that is overwritten; nothing if the output is not a terminal. */
function showProgress(done: number | null): void {
  if (!process.stdout.isTTY) return
  if (done === null) process.stdout.write('\r\x1b[K')
  else if (done % 10 === 0 || done === total) {
    const width = Math.round((30 * done) / total)
    process.stdout.write(`\r${'█'.repeat(width)}${'░'.repeat(30 - width)} ${done}/${total}`)
  }
}
