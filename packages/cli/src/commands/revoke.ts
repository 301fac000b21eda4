import type { NotRevoked, Revoked, TokenwardOptions } from '@tokenward/core'
import { instantOf } from '../arguments/instants.ts'
import { takesStdin } from '../arguments/operands.ts'
import { KEYS, SCOPE, SINGLE, STORE } from '../arguments/options.ts'
import { targetOf } from '../arguments/targets.ts'
import { tokenFor } from '../arguments/token.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionsFor } from '../options.ts'
import type { Style } from '../output/style.ts'
import { instant, noteText, words } from '../output/text.ts'
import { UsageError } from '../usage-error.ts'
import { withTokenward } from '../with-tokenward.ts'

const options = {
  ...STORE,
  ...KEYS,
  ...SCOPE,
  ...SINGLE,
  before: { value: 'INSTANT', help: 'only what was issued up to then (ISO 8601, past)' },
  only: { value: 'access', help: 'access tokens alone; logins go on', choices: ['access'] },
  cascade: { help: 'an access token takes its login too (with -)' },
  reason: { value: 'TEXT', help: 'kept with the revocation' },
  actor: { value: 'TEXT', help: 'who does it; kept too' },
} as const

/**
 * How far an application's clocks and leeway may be off is not known from its store alone. More
 * only keeps the revocation longer.
 */
const GENEROUS: Partial<TokenwardOptions> = { leeway: '60s', skew: '15m' }

export const revoke: Command = command({
  name: 'revoke',
  summary: 'takes a token, login, user, client, issuer or everything back; holds once it returns',
  usage: ['--subject ID [--client ID] [--reason TEXT]', '--record KEY', '- [--cascade] < TOKEN'],
  options,
  run: async ({ values, operands }, io) => {
    const fromInput = takesStdin(operands, 'revoke', true)
    const { reason, actor, only, cascade } = values
    const note = { ...(reason && { reason }), ...(actor && { actor }) }
    const before = values.before && instantOf('before', values.before)
    const found = await optionsFor(values, io, { alone: GENEROUS })
    if (fromInput) {
      if (before || only) throw apart('--before and --only', 'a target, not with a token')
      const token = await tokenFor(values, found, io)
      const how = { ...note, ...(cascade && { cascade }) }
      return answer(await withTokenward(found.options, (instance) => instance.revoke(token, how)))
    }
    if (cascade) throw apart('--cascade', 'a token from standard input, not with a target')
    const target = targetOf(values, found.alone)
    const how = { ...note, ...(before && { before }), ...(only && { only: 'access' as const }) }
    return answer(await withTokenward(found.options, (instance) => instance.revoke(target, how)))
  },
})

function apart(options: string, goWith: string): UsageError {
  return new UsageError(`${options}: for ${goWith}.`)
}

// A record that is not there is not revoked, whatever the type says of targets.
function answer(revoked: Revoked | NotRevoked): ReturnType<Command['run']> {
  return Promise.resolve({
    exitCode: revoked.revoked ? EXIT.ok : EXIT.findings,
    json: revoked,
    text: (style: Style) => [told(revoked, style)],
  })
}

function told(revoked: Revoked | NotRevoked, style: Style): string {
  if (!revoked.revoked) return words(style.bad('NOT REVOKED'), revoked.reason)
  const { target, first, at, note } = revoked
  const when = first ? 'first, at' : 'stood already, since'
  return words(style.good('REVOKED'), `${target}:`, when, instant(at), noteText(note))
}
