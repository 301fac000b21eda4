// Usage: pnpm interop [NAME]...
import { judgeGo } from './go/judge.ts'
import { judgeKeycloak } from './keycloak/judge.ts'
import { judgePython } from './python/judge.ts'
import { judgeSpring } from './spring/judge.ts'

/** Each runs a program of others, and throws if it and Tokenward do not work together. */
const judges: Readonly<Record<string, () => Promise<void>>> = {
  go: judgeGo,
  python: judgePython,
  spring: judgeSpring,
  keycloak: judgeKeycloak,
}

const named = process.argv.slice(2)
const unknown = named.find((name) => !Object.hasOwn(judges, name))
if (unknown !== undefined) throw new Error(`Name one of: ${Object.keys(judges).join(', ')}.`)

for (const [name, judge] of Object.entries(judges)) {
  if (named.length > 0 && !named.includes(name)) continue
  // A judge that fails does not keep the others from their work.
  try {
    await judge()
    console.log(`${name}: passed`)
  } catch (error) {
    console.error(`${name}: failed:`, error)
    process.exitCode = 1
  }
}
