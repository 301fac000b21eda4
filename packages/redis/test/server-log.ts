import { once } from 'node:events'
import { Redis } from 'ioredis'

/** Every command with its arguments, as `MONITOR` reports it; the commands of scripts are among them. */
export async function recordCommands(url: string): Promise<() => Promise<string>> {
  const client = new Redis(url)
  const monitor = await client.monitor()
  const commands: string[] = []
  monitor.on('monitor', (_time: string, args: readonly string[]) => commands.push(args.join(' ')))
  return async () => {
    const end = crypto.randomUUID()
    await client.echo(end)
    while (!commands.at(-1)?.includes(end)) await once(monitor, 'monitor')
    monitor.disconnect()
    client.disconnect()
    return commands.join('\n')
  }
}
