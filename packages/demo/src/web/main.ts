import { startWebDemo } from './server.ts'

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
})

await using demo = await startWebDemo({ port: readPort(process.env['PORT']), log: console.error })
console.log(`The web demo of Tokenward runs at ${demo.origin}`)
console.log('Stop it with Ctrl-C.')
await stopped

function readPort(text = ''): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT must be a number from 0 to 65535, and is ${text}.`)
}
