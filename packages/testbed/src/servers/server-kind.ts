import type { RunningServer } from '../handle.ts'
import type { Recipe } from '../images/recipe.ts'
import type { StartOptions } from '../options.ts'

/** How one backend is started and asked. */
export interface ServerKind {
  /** The environment's variable with the URL of a running one. */
  readonly environment: string
  /** In the container. */
  readonly port: number
  readonly defaultVersion: string
  /** By the option `version`. */
  readonly versions: Readonly<Record<string, ServerVersion>>
  url(address: string): string
  /** The server's name and version, in its own words; rejects until it is ready to work. */
  ask(url: string): Promise<Answer>
  /** What a new server needs before it can work; may be repeated. */
  initiate?(url: string): Promise<void>
  /** Where the container keeps the certificate that the option `tls` asks for. */
  readonly certificate?: string
}

export type Answer = Omit<RunningServer, 'image'>

/** The same server twice: as its makers publish it, and made here. */
export interface ServerVersion {
  readonly official: Launch & { readonly image: string }
  readonly made: Launch & { readonly recipe: Recipe }
}

export interface Launch {
  command(options: StartOptions): readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly user?: string
  /** libfaketime does not work in it. */
  readonly fixedClock?: true
}
