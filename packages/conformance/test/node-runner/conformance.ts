import * as runner from 'node:test'
import { conformance, type Runner } from '../../src/index.ts'

conformance({
  runner: runner satisfies Runner,
  server: async () => ({
    url: 'map:node-runner',
    server: { name: 'a map', version: '1', standIn: false },
    stop: async () => {},
  }),
  repository: new URL('../map-repository.ts', import.meta.url),
  only: { cases: ['insert-if-absent', 'list-pages'], reason: 'this run is about the runner' },
})
