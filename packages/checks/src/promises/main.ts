import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repositoryRoot } from '../paths.ts'
import { PAGE, promisesPage } from './page.ts'
import { readPromises } from './promises.ts'

// `npx -y pnpm@12 promises` writes the page, and tells which entries are missing.
const path = join(repositoryRoot, PAGE)
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, promisesPage())

const { promises, unmapped, outdated } = readPromises()
for (const name of unmapped) console.error(`no entry: ${name}`)
for (const name of outdated) console.error(`no such sentence any more: ${name}`)
for (const { subject, text, unknown } of promises)
  for (const name of unknown)
    console.error(`no such case, known-bad or test: ${name} (${subject}: ${text})`)
if (unmapped.length + outdated.length > 0) process.exitCode = 1
