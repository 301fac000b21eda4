import { Calls, type CloseOptions } from './calls.ts'
import type { Context } from './context.ts'
import { createContext, publicJwks } from './context.ts'
import { copyOf } from './input/copy.ts'
import { verify } from './operations/verify.ts'
import { Deadline } from './store/deadline.ts'
import { afterThisTurn } from './store/timeout.ts'
import type { TokenwardOptions } from './types/options.ts'
import type { Tokenward } from './types/tokenward.ts'

/**
 * Opens the repository, reads what it can do, and refuses a policy that it cannot keep.
 * @throws InvalidInput, PolicyRefused, NotPrepared, StoreUnavailable, AdapterFault
 */
export async function createTokenward<C extends object = object>(
  options: TokenwardOptions,
): Promise<Tokenward<C>> {
  const context = await createContext(options)
  try {
    const { checkAtStartup } = await import('./policy/startup-check.ts')
    const findings = [...context.findings, ...(await checkAtStartup(context))]
    return instanceOf<C>({ ...context, findings })
  } catch (error) {
    await context.store.close().catch(() => undefined)
    throw error
  }
}

function instanceOf<C extends object>(context: Context): Tokenward<C> {
  const calls = new Calls(context.events)
  const close = (options?: CloseOptions): Promise<void> => calls.close(context, options)
  // A provider that is away must not keep an application from starting: in the background.
  for (const issuer of context.issuers.values())
    issuer.load(new Deadline(context.policy.deadline)).catch(() => undefined)
  // What was found at the start, for those who listen from now on.
  afterThisTurn(() => {
    for (const finding of context.findings) context.events.emit('finding', finding)
  })
  // Every instance verifies. The other operations load when they are first called; until then the caller
  // could change the arguments, so they work on copies.
  const lazy =
    <A extends unknown[], T extends object>(name: string, load: LoadOperation<A, T>) =>
    (...args: A): Promise<T> =>
      calls.run(name, async () => {
        const copies = args.map(copyOf) as A
        return (await load())(context, ...copies)
      })
  const operations = {
    issue: lazy('issue', async () => (await import('./operations/issue.ts')).issue),
    save: lazy('save', async () => (await import('./operations/save.ts')).save),
    consume: lazy('consume', async () => (await import('./operations/consume.ts')).consume<C>),
    rotate: lazy('rotate', async () => (await import('./operations/rotate.ts')).rotate),
    revoke: lazy('revoke', async () => (await import('./operations/revoke.ts')).revoke),
    explain: lazy('explain', async () => (await import('./operations/explain.ts')).explain),
    list: lazy('list', async () => (await import('./operations/list.ts')).list),
    prune: lazy('prune', async () => (await import('./operations/prune.ts')).prune),
    health: lazy('health', async () => (await import('./operations/health.ts')).health),
  }
  return {
    ...operations,
    // The types of its results depend on those of its arguments.
    issue: operations.issue as Tokenward<C>['issue'],
    revoke: operations.revoke as Tokenward<C>['revoke'],
    verify: (token, options) => calls.run('verify', () => verify<C>(context, token, options)),
    jwks: () => publicJwks(context),
    on: (event, listener) => context.events.on(event, listener),
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

type LoadOperation<A extends unknown[], T extends object> = () => Promise<
  (context: Context, ...args: A) => Promise<T>
>
