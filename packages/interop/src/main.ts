// Usage: pnpm interop [NAME]...
import { judgeKeycloak } from './keycloak/judge.ts'

/** Each runs a program of others, and throws if it and Tokenward do not work together. */
const judges: Readonly<Record<string, () => Promise<void>>> = { keycloak: judgeKeycloak }

const named = process.argv.slice(2)
const unknown = named.find((name) => !Object.hasOwn(judges, name))
if (unknown !== undefined) throw new Error(`Name one of: ${Object.keys(judges).join(', ')}.`)

for (const [name, judge] of Object.entries(judges)) {
  if (named.length === 0 || named.includes(name)) await judge()
}
