import { Calls } from './calls.ts'
import type { Context } from './context.ts'
import { createContext } from './context.ts'
import { copyOf } from './input/copy.ts'
import { verify } from './operations/verify.ts'
import { afterThisTurn } from './store/timeout.ts'
import type { TokenwardOptions } from './types/options.ts'
import type { Tokenward } from './types/tokenward.ts'
import type { OperationName } from './types/tracing.ts'

/**
 * Creates an instance: opens the repository, reads the settings of the store, and refuses a policy that
 * the store cannot guarantee. Create one per process and share it.
 * @typeParam C your claims, as `issue` signs them and `verify` returns them
 * @typeParam D your data, as `issue` stores it
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong; `path` names it
 * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the function `keys` failed
 * @throws `TOKENWARD_POLICY_REFUSED`: the store cannot guarantee the policy, the pepper is wrong, or the
 * lifetimes are longer than prepared
 * @throws `TOKENWARD_NOT_PREPARED`: run {@link prepare} once with these options
 * @throws `TOKENWARD_STORE_UNAVAILABLE`: the store did not answer within 30 s, or failed
 * @throws `TOKENWARD_ADAPTER_FAULT`: the adapter broke its contract
 * @example
 * const tokens = await createTokenward({
 *   issuer: 'https://api.example.com',
 *   keys: await generateKeys(), // for development; see SigningKeys
 *   repository: memory(),
 * })
 * const { accessToken } = await tokens.issue({ subject: 'ada', client: 'web' })
 * const { active } = await tokens.verify(accessToken)
 */
export async function createTokenward<C extends object = object, D extends object = object>(
  options: TokenwardOptions,
): Promise<Tokenward<C, D>> {
  const context = await createContext(options)
  try {
    const { checkAtStartup } = await import('./policy/startup-check.ts')
    const findings = [...context.findings, ...(await checkAtStartup(context))]
    // Loaded now: they take effect, or reply, at once.
    const { closerOf } = await import('./operations/close.ts')
    const { jwks } = await import('./operations/jwks.ts')
    return instanceOf<C, D>({ ...context, findings }, { closerOf, jwks })
  } catch (error) {
    await context.store.close(error as Error).catch(() => undefined)
    throw error
  }
}

function instanceOf<C extends object, D extends object>(
  context: Context,
  { closerOf, jwks }: LoadedMethods,
): Tokenward<C, D> {
  const calls = new Calls(context)
  const close = closerOf(context, calls)
  // In the background: an identity provider that is down must not keep an application from starting.
  for (const issuer of context.issuers.values())
    issuer.load(context.deadline()).catch(() => undefined)
  // After this turn, when the application has had the chance to add its listeners.
  afterThisTurn(() => {
    for (const finding of context.findings) context.events.emit('finding', finding)
  })
  // Every instance verifies. The other operations are loaded when they are first called. The caller could
  // change the arguments meanwhile, so the operations get copies.
  const lazy = <N extends OperationName, A extends unknown[], T extends object>(
    name: N,
    load: Load<N, A, T>,
  ) => {
    // An import of a loaded module takes longer than some operations.
    let loaded: OperationModule<N, A, T> | null = null
    return (...args: A): Promise<T> =>
      calls.run(name, async (context) => {
        const copies = args.map(copyOf) as A
        const module = loaded ?? (await load())
        loaded = module
        return module[name](context, ...copies)
      })
  }
  const operations = {
    issue: lazy('issue', () => import('./operations/issue.ts')),
    save: lazy('save', () => import('./operations/save.ts')),
    consume: lazy('consume', () => import('./operations/consume.ts')),
    rotate: lazy('rotate', () => import('./operations/rotate.ts')),
    revoke: lazy('revoke', () => import('./operations/revoke.ts')),
    explain: lazy('explain', () => import('./operations/explain.ts')),
    list: lazy('list', () => import('./operations/list.ts')),
    sessions: lazy('sessions', () => import('./operations/sessions.ts')),
    data: lazy('data', () => import('./operations/data.ts')),
    updateData: lazy('updateData', () => import('./operations/update-data.ts')),
    receive: lazy('receive', () => import('./operations/receive.ts')),
    signIntrospection: lazy(
      'signIntrospection',
      () => import('./operations/sign-introspection.ts'),
    ),
    erase: lazy('erase', () => import('./operations/erase.ts')),
    reseal: lazy('reseal', () => import('./operations/reseal.ts')),
    prune: lazy('prune', () => import('./operations/prune.ts')),
    health: lazy('health', () => import('./operations/health.ts')),
  }
  return {
    issuer: context.policy.issuer,
    // The application signs its own claims and stores its own data, so it knows their types.
    ...(operations as unknown as Pick<Tokenward<C, D>, keyof typeof operations>),
    verify: (token, options) =>
      calls.run('verify', (context) => verify<C, D>(context, token, options)),
    jwks: () => jwks(context),
    on: (event, listener) => context.events.on(event, listener),
    onAny: (listener) => context.events.onAny(listener),
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

interface LoadedMethods {
  readonly closerOf: (context: Context, calls: Calls) => Tokenward['close']
  readonly jwks: (context: Context) => ReturnType<Tokenward['jwks']>
}

/** The module of an operation exports it by its name. */
type OperationModule<N extends string, A extends unknown[], T extends object> = Readonly<
  Record<N, (context: Context, ...args: A) => Promise<T>>
>

type Load<N extends string, A extends unknown[], T extends object> = () => Promise<
  OperationModule<N, A, T>
>
