import { judgeKeycloak } from './keycloak/judge.ts'

const JUDGES: Readonly<Record<string, () => Promise<void>>> = { keycloak: judgeKeycloak }

const [name = ''] = process.argv.slice(2)
const judge = Object.hasOwn(JUDGES, name) ? JUDGES[name] : undefined
if (judge === undefined) {
  console.error(`usage: pnpm interop ${Object.keys(JUDGES).join(' | ')}`)
  process.exitCode = 2
} else {
  await judge()
}
