import { grants } from './grants.ts'
import { type Command, resultsOf } from './replies.ts'
import type { Session } from './session.ts'
import { lookAt, noteOf } from './settings.ts'

/**
 * There is no schema. What is noted is what the server was when somebody who may look at its
 * settings prepared it, for those who may not. @returns the commands
 */
export async function migrate(
  { connection, names }: Session,
  namespace: string,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const seen = await lookAt(connection, names, signal)
  const note = noteOf(seen)
  if (seen.note !== null && JSON.stringify(seen.note) === note) return []
  const set: Command = ['set', names.note, note]
  if (!dryRun) resultsOf(await connection.send([set], signal))
  return [`SET ${names.note} '${note}'`, grantsToGive(namespace)]
}

/** A comment: the users are the operator's, and so are their names. */
function grantsToGive(namespace: string): string {
  const users = { verify: 'verify', write: 'write', prune: 'prune' }
  const lines = grants(users, namespace).map((grant) => `# ${grant}`)
  return ['# What each of your users needs, by their names:', ...lines].join('\n')
}
