import type * as core from '@tokenward/core'

/** What the story needs of `@tokenward/core` and holds against its promises. */
export type TokenwardModule = Pick<typeof core, 'createTokenward'>

/** Another module may be named in its place, to see whether the story would notice a broken one. */
export function loadTokenward(specifier: string = '@tokenward/core'): Promise<TokenwardModule> {
  return import(specifier)
}
