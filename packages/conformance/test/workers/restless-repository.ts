import sharedRepository from './shared-repository.ts'

// As with a driver that keeps its connection alive: this never lets the process end.
setInterval(() => undefined, 1_000)

export default sharedRepository
