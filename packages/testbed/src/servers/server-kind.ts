import type { RunningServer } from '../handle.ts'
import type { Recipe } from '../images/recipe.ts'
import type { StartOptions } from '../options.ts'

/** How to start and query one backend. */
export interface ServerKind {
  /** The environment variable with the URL of a running server. */
  readonly environment: string
  /** The port inside the container. */
  readonly port: number
  readonly defaultVersion: string
  /** The versions, by the value of the option `version`. */
  readonly versions: Readonly<Record<string, ServerVersion>>
  url(address: string): string
  /** The name and version that the server reports. Rejects until the server is ready. */
  identify(url: string): Promise<ServerIdentity>
  /** Sets up a new server. May be repeated. */
  initiate?(url: string): Promise<void>
  /** The path of the certificate in the container, for the option `tls`. */
  readonly certificate?: string
}

export type ServerIdentity = Omit<RunningServer, 'image'>

/** The published image of a server, and the recipe to build one. */
export interface ServerVersion {
  readonly official: Launch & { readonly image: string }
  readonly built: Launch & { readonly recipe: Recipe }
}

export interface Launch {
  command(options: StartOptions): readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly user?: string
  /** libfaketime does not work with this server, so its clock cannot be set. */
  readonly fixedClock?: true
}
