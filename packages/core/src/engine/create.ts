import type { Reason } from '../decide/evidence.ts'
import { Closed } from '../errors/errors.ts'
import type { TokenwardOptions } from '../input/options.ts'
import type { Context } from './context.ts'
import { checkPrepared } from './prepared.ts'
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
    await checkPrepared(context)
  } catch (error) {
    await context.store.close().catch(() => undefined)
    throw error
  }
  for (const finding of context.findings) context.events.emit('finding', finding)
  return wardOf<C>(context)
}

function wardOf<C extends object>(context: Context): Tokenward<C> {
  const watch = watched(context)
  const closed = new Closed('The ward is closed; create another.')
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    for (const issuer of context.issuers.values()) issuer.close(closed)
    closing ??= context.store.close()
    return closing
  }
  // A closed ward answers nothing, not even what needs no store.
  const run = <T extends object>(name: string, operation: () => Promise<T>): Promise<T> =>
    closing ? Promise.reject(closed) : watch(name, operation, () => closing !== undefined, closed)
  // Every machine verifies; the rest loads where it is first asked for.
  return {
    issue: (grant: never) =>
      run('issue', async () => (await import('./issue.ts')).issue(context, grant)) as never,
    save: (token) => run('save', async () => (await import('./save.ts')).save(context, token)),
    verify: (token, want) => run('verify', () => verify<C>(context, token, want)),
    consume: (token, want) =>
      run('consume', async () => (await import('./consume.ts')).consume<C>(context, token, want)),
    rotate: (token, change) =>
      run('rotate', async () => (await import('./rotate.ts')).rotate(context, token, change)),
    revoke: (target: never, options: never) =>
      run('revoke', async () =>
        (await import('./revoke.ts')).revoke(context, target, options),
      ) as never,
    explain: (target) =>
      run('explain', async () => (await import('./explain.ts')).explain(context, target)),
    list: (target, page) =>
      run('list', async () => (await import('./list.ts')).list(context, target, page)),
    prune: (limits) =>
      run('prune', async () => (await import('./prune.ts')).prune(context, limits)),
    health: () => run('health', async () => (await import('./health.ts')).health(context)),
    jwks: () => publicJwks(context),
    on: (event, listener) => context.events.on(event, listener),
    close,
    [Symbol.asyncDispose]: close,
  }
}

type Watch = <T extends object>(
  name: string,
  operation: () => Promise<T>,
  isClosing: () => boolean,
  closed: Closed,
) => Promise<T>

/** Times every operation, for whoever listens. */
function watched({ events }: Context): Watch {
  return async (name, operation, isClosing, closed) => {
    const started = performance.now()
    const done = (outcome: 'ok' | 'inactive' | 'error', reason?: Reason): void => {
      const ms = performance.now() - started
      events.emit('operation', { name, ms, outcome, ...(reason !== undefined && { reason }) })
    }
    try {
      const answer = await operation()
      if (isClosing()) throw closed
      const reason = 'reason' in answer ? (answer.reason as Reason | undefined) : undefined
      done(reason === undefined ? 'ok' : 'inactive', reason)
      return answer
    } catch (error) {
      done('error')
      throw error
    }
  }
}
