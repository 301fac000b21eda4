import type { Tokenward } from '@tokenward/core'
import { complete } from './complete.ts'
import type { Host } from './deterministic-host.ts'
import type { Order } from './generate-operation.ts'
import type { Answer, Known, Operation, Past } from './history.ts'
import type { Seat } from './instance-pool.ts'
import type { Machine } from './machine.ts'
import { type Application, ask, begin, gained } from './run-operation.ts'
import { BASE } from './scenario.ts'
import type { SimulatedStore } from './store.ts'
import { described, outcomeOf, type Trace } from './trace.ts'

interface Running {
  readonly operation: Operation
  readonly order: Order
}

/** The machines' instances, their operations and their answers. */
export class Actors {
  readonly operations: Operation[]
  readonly tokens: Known[]
  readonly #host: Host
  readonly #store: SimulatedStore
  readonly #trace: Trace
  readonly #instances = new Map<Machine, Tokenward>()
  readonly #running = new Map<Machine, Set<Operation>>()
  readonly #application: Application

  constructor(host: Host, store: SimulatedStore, past: Past, trace: Trace) {
    this.#host = host
    this.#store = store
    this.operations = [...past.operations]
    this.tokens = [...past.tokens]
    this.#application = { privileges: past.privileges }
    this.#trace = trace
  }

  get privileges(): number {
    return this.#application.privileges
  }

  /** Gives a machine its instance. */
  seat(machine: Machine, { instance, connection }: Seat): void {
    connection.machine = machine
    connection.store = this.#store
    this.#instances.set(machine, instance)
    this.#running.set(machine, new Set())
  }

  /** Pending operations of a machine. */
  runningOn(machine: Machine): ReadonlySet<Operation> {
    return this.#running.get(machine) ?? new Set()
  }

  /** Lets a machine run as far as it can. */
  wake(machine: Machine, task: () => void): Promise<void> {
    return this.#host.run(machine, task)
  }

  /** All of them in one turn of the machine's event loop. */
  async start(machine: Machine, orders: readonly Order[]): Promise<void> {
    const asked = orders.map((order) => this.#begin(machine, order))
    await this.wake(machine, () => {
      for (const running of asked) void this.#ask(machine, running)
    })
  }

  /** The same, and the store answers at once. */
  async finish(machine: Machine, orders: readonly Order[]): Promise<readonly Operation[]> {
    const asked = orders.map((order) => this.#begin(machine, order))
    const start = () => Promise.all(asked.map((running) => this.#ask(machine, running)))
    await complete(this.#host, machine, this.#store, start)
    return asked.map(({ operation }) => operation)
  }

  #begin(machine: Machine, order: Order): Running {
    const id = this.operations.length + 1
    let operation = begin(id, this.#trace.step, machine, order)
    if (order.what === 'revoke') {
      // The caller that revokes a scope has changed its privileges before.
      if (order.revocation.kind !== 'before') this.#application.privileges++
      const { privileges } = this.#application
      operation = { ...operation, revocation: { ...order.revocation, privileges } }
    }
    this.operations.push(operation)
    const at = machine.clock - BASE
    this.#trace.add(() => `${machine.name} begins #${id} ${described(order)}, its clock at ${at}`)
    return { operation, order }
  }

  async #ask(machine: Machine, { operation, order }: Running): Promise<void> {
    const name = `#${operation.id}`
    this.#running.get(machine)?.add(operation)
    machine.running.push(name)
    try {
      const instance = this.#instances.get(machine) as Tokenward
      operation.answer = (await ask(instance, order, operation, this.#application)) as Answer
      this.tokens.push(...gained(operation, order, this.tokens))
    } catch (error) {
      operation.error = error
    }
    operation.returned = this.#trace.step
    operation.ended = machine.clock
    this.#running.get(machine)?.delete(operation)
    machine.running.splice(machine.running.indexOf(name), 1)
    this.#trace.add(() => `${machine.name} ends ${name}: ${outcomeOf(operation)}`)
  }
}
