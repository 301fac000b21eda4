import sharedRepository from './shared-repository.ts'

// As a driver does that keeps its connection alive: nothing here ever lets the process end.
setInterval(() => undefined, 1_000)

export default sharedRepository
