// Preloaded with `--import`: runs the suite of an adapter on `dist/` with the test runner of Node.
import { registerHooks } from 'node:module'

const source = /\/packages\/([^/]+)\/src\/(.+)\.ts$/

registerHooks({
  resolve(specifier, context, nextResolve) {
    // The suite accepts both runners. Vitest might use features that Node 22 does not have.
    if (specifier === 'vitest') return { url: 'node:test', shortCircuit: true }
    const resolved = nextResolve(specifier, context)
    return { ...resolved, url: resolved.url.replace(source, '/packages/$1/dist/$2.js') }
  },
})
