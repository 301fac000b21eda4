import { copyOf } from '../input/copy.ts'
import type { TokenwardOptions } from '../input/options.ts'
import { Budget } from '../store/budget.ts'
import { afterThisTurn } from '../store/timeout.ts'
import { Calls, type CloseOptions } from './calls.ts'
import type { Context } from './context.ts'
import { publicJwks, setUp } from './setup.ts'
import type { Tokenward } from './tokenward.ts'
import { verify } from './verify.ts'

/**
 * Opens the repository, reads what it can do, and refuses a policy that it cannot keep.
 * @throws InvalidInput, PolicyRefused, NotPrepared, StoreUnavailable, AdapterFault
 */
export async function createTokenward<C extends object = object>(
  options: TokenwardOptions,
): Promise<Tokenward<C>> {
  const context = await setUp(options)
  try {
    const { checkPrepared } = await import('./prepared.ts')
    const findings = [...context.findings, ...(await checkPrepared(context))]
    return wardOf<C>({ ...context, findings })
  } catch (error) {
    await context.store.close().catch(() => undefined)
    throw error
  }
}

function wardOf<C extends object>(context: Context): Tokenward<C> {
  const calls = new Calls(context.events)
  const close = (options?: CloseOptions): Promise<void> => calls.close(context, options)
  // A provider that is away must not keep an application from starting: in the background.
  for (const issuer of context.issuers.values())
    issuer.load(new Budget(context.policy.deadline)).catch(() => undefined)
  // What was found at the start, for those who listen from now on.
  afterThisTurn(() => {
    for (const finding of context.findings) context.events.emit('finding', finding)
  })
  // Every machine verifies; the rest loads where it is first asked for. Until then the arguments are the
  // caller's to change, so it works on copies.
  const lazy = <A extends unknown[], T extends object>(
    name: string,
    load: () => Promise<(context: Context, ...args: A) => Promise<T>>,
    ...args: A
  ): Promise<T> =>
    calls.run(name, async () => {
      const copies = args.map(copyOf) as A
      return (await load())(context, ...copies)
    })
  return {
    issue: (grant: never) =>
      lazy('issue', async () => (await import('./issue.ts')).issue, grant) as never,
    save: (token) => lazy('save', async () => (await import('./save.ts')).save, token),
    verify: (token, want) => calls.run('verify', () => verify<C>(context, token, want)),
    consume: (token, want) =>
      lazy('consume', async () => (await import('./consume.ts')).consume<C>, token, want),
    rotate: (token, change) =>
      lazy('rotate', async () => (await import('./rotate.ts')).rotate, token, change),
    revoke: (target: never, options: never) =>
      lazy('revoke', async () => (await import('./revoke.ts')).revoke, target, options) as never,
    explain: (target, want) =>
      lazy('explain', async () => (await import('./explain.ts')).explain, target, want),
    list: (target, page) =>
      lazy('list', async () => (await import('./list.ts')).list, target, page),
    prune: (limits) => lazy('prune', async () => (await import('./prune.ts')).prune, limits),
    health: () => lazy('health', async () => (await import('./health.ts')).health),
    jwks: () => publicJwks(context),
    on: (event, listener) => context.events.on(event, listener),
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}
