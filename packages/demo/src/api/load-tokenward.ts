import type * as core from '@tokenward/core'

/** The part of `@tokenward/core` whose results the demo checks. */
export type TokenwardModule = Pick<typeof core, 'createTokenward'>

/** @param specifier another module, to test that the demo detects a broken implementation */
export function loadTokenward(specifier: string = '@tokenward/core'): Promise<TokenwardModule> {
  return import(specifier)
}
