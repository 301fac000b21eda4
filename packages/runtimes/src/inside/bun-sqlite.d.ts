/** The part of the module of Bun that is used here. */
declare module 'bun:sqlite' {
  import type { DatabaseLike } from '@tokenward/sqlite'

  export const Database: new (file: string) => DatabaseLike
}
