// Preloaded: the adapters' own suites run on what was built, with Node's own test runner.
import { registerHooks } from 'node:module'

const source = /\/packages\/([^/]+)\/src\/(.+)\.ts$/

registerHooks({
  resolve(specifier, context, nextResolve) {
    // The suite takes either runner; only this one needs nothing that Node 22 might not run.
    if (specifier === 'vitest') return { url: 'node:test', shortCircuit: true }
    const resolved = nextResolve(specifier, context)
    return { ...resolved, url: resolved.url.replace(source, '/packages/$1/dist/$2.js') }
  },
})
