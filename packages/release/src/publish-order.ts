export interface Tarball {
  readonly path: string
  readonly manifest: {
    readonly name: string
    readonly version: string
    readonly dependencies?: Readonly<Record<string, string>>
    readonly peerDependencies?: Readonly<Record<string, string>>
  }
}

/** Sorts tarballs so that each follows what it depends on: a package on the registry can always be installed. */
export function publishOrder(tarballs: readonly Tarball[]): readonly Tarball[] {
  const sorted: Tarball[] = []
  const add = (each: Tarball, above: readonly string[]): void => {
    const { name, dependencies, peerDependencies } = each.manifest
    if (sorted.includes(each)) return
    if (above.includes(name)) throw new Error(`${name} depends on itself, by ${above.join(', ')}`)
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
      const needed = tarballs.find(({ manifest }) => manifest.name === dependency)
      if (needed) add(needed, [...above, name])
    }
    sorted.push(each)
  }
  for (const each of tarballs) add(each, [])
  return sorted
}
