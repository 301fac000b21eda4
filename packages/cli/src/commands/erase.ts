import type { Erased } from '@tokenward/core'
import { STORE } from '../arguments/spec.ts'
import { requireSubject, SUBJECT } from '../arguments/subject.ts'
import { refuseOperands } from '../arguments/values.ts'
import { type Command, type CommandResult, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { formatInstant, printable } from '../output/format.ts'
import { throttledProgress } from '../output/progress.ts'
import type { Style } from '../output/style.ts'
import { LARGEST_CLOCK_TOLERANCES, resolveOptions } from '../resolve-options.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const options = {
  ...STORE,
  ...SUBJECT,
  yes: { help: 'do not ask for confirmation (required where there is no terminal)' },
} as const

export const erase: Command = command({
  name: 'erase',
  summary: "revoke a user and remove what is stored with the user's tokens; cannot be undone",
  usage: ['--subject ID [--yes]'],
  examples: [
    '--subject ada',
    '--subject ada --yes --json',
    '--subject ada --store sqlite:tokens.db --issuer https://api.example.com',
  ],
  options,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'erase')
    const { options, fromUrl } = await resolveOptions(values, io, {
      withUrl: LARGEST_CLOCK_TOLERANCES,
    })
    const subject = requireSubject(values, fromUrl)
    if (values.yes !== true && !(await isConfirmed(subject, io))) return NOT_ERASED
    const json = values.json === true
    const progress = throttledProgress({
      display: io.progress,
      action: 'erased',
      total: null,
      json,
    })
    const erased = await withPreparedStore(options, (tokens) =>
      tokens.erase({ subject }, { onProgress: (count) => progress(count) }),
    )
    return {
      exitCode: EXIT.ok,
      json: erased,
      text: (style) => [resultLine(subject, erased, style)],
      notes: ['Backups of the store keep what they have.'],
    }
  },
})

async function isConfirmed(subject: string, { confirm }: Io): Promise<boolean> {
  if (confirm === null) throw new UsageError('erase cannot be undone: add --yes to confirm it.')
  return confirm(
    `This revokes all tokens of subject ${printable(subject)}, and removes data, labels, names and notes from their records. It cannot be undone. Erase?`,
  )
}

const NOT_ERASED: CommandResult = {
  exitCode: EXIT.findings,
  json: { confirmed: false },
  text: () => ['Not erased.'],
}

function resultLine(subject: string, { at, erased }: Erased, style: Style): string {
  const what = `${erased} ${erased === 1 ? 'record' : 'records'} of subject ${printable(subject)}`
  return `${style.good('Erased')} ${what}; revoked at ${formatInstant(at)}`
}
