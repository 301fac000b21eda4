import type { Client } from './client.ts'
import { type Command, resultsOf } from './driver.ts'
import { grants } from './grants.ts'
import type { KeyNames } from './keys.ts'
import { preparationNoteOf, readSettings } from './settings.ts'

/**
 * There is no schema. Stores the preparation note: the settings as a user with the right to read them
 * found them, for users without that right.
 * @returns the commands that were run, or with `dryRun` would be
 */
export async function migrate(
  client: Client,
  names: KeyNames,
  namespace: string,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const state = await readSettings(client, names, signal)
  const note = preparationNoteOf(state.servers)
  if (state.note !== null && JSON.stringify(state.note) === note) return []
  const set: Command = ['set', [names.note, note]]
  if (!dryRun) resultsOf(await client.send([set], signal))
  return [`SET ${names.note} '${note}'`, grantsToApply(namespace)]
}

/** A comment, because the operator chooses the names of the users. */
function grantsToApply(namespace: string): string {
  const users = { verify: 'verify', write: 'write', prune: 'prune' }
  const lines = grants(users, namespace).map((grant) => `# ${grant}`)
  return ['# What each of your users needs, by their names:', ...lines].join('\n')
}
