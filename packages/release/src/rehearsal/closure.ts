type Ranges = Readonly<Record<string, string>>

/** The part `packages` of npm's lockfile, by path. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>

interface LockedPackage {
  readonly hasInstallScript?: boolean
  readonly dependencies?: Ranges
  readonly optionalDependencies?: Ranges
  readonly peerDependencies?: Ranges
}

/** The paths of a package and of all that it depends on, as far as they are installed: peers, too. */
export function dependencyClosure(packages: LockedPackages, name: string): readonly string[] {
  const found = new Set<string>()
  const open = [`node_modules/${name}`]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue
    const locked = packages[path]
    if (!locked) throw new Error(`${path} is not installed`)
    found.add(path)
    const { dependencies, optionalDependencies, peerDependencies } = locked
    for (const each of Object.keys({
      ...dependencies,
      ...optionalDependencies,
      ...peerDependencies,
    })) {
      const next = resolve(packages, path, each)
      if (next !== undefined) open.push(next)
    }
  }
  return [...found].sort()
}

/** As Node looks for a package: in the folder itself, then in those above. */
function resolve(packages: LockedPackages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (`${folder}/node_modules/${name}` in packages) return `${folder}/node_modules/${name}`
    if (!folder.includes('/node_modules/')) break
  }
  const top = `node_modules/${name}`
  return top in packages ? top : undefined
}
