import type { Tokenward } from '@tokenward/core'
import { complete } from './complete.ts'
import type { DeterministicHost } from './deterministic-host.ts'
import type { OperationRequest } from './generate-operation.ts'
import type { Answer, KnownToken, Operation, PriorState } from './history.ts'
import type { PooledInstance } from './instance-pool.ts'
import type { Machine } from './machine.ts'
import { type Application, callInstance, newOperation, newTokens } from './run-operation.ts'
import { BASE } from './scenario.ts'
import type { SimulatedStore } from './store.ts'
import { described, resultOf, type Trace } from './trace.ts'

interface Running {
  readonly operation: Operation
  readonly request: OperationRequest
}

/** The machines' instances, their operations and their answers. */
export class OperationRunner {
  readonly operations: Operation[]
  readonly tokens: KnownToken[]
  readonly #host: DeterministicHost
  readonly #store: SimulatedStore
  readonly #trace: Trace
  readonly #instances = new Map<Machine, Tokenward>()
  readonly #running = new Map<Machine, Set<Operation>>()
  readonly #application: Application

  constructor(host: DeterministicHost, store: SimulatedStore, prior: PriorState, trace: Trace) {
    this.#host = host
    this.#store = store
    this.operations = [...prior.operations]
    this.tokens = [...prior.tokens]
    this.#application = { privileges: prior.privileges }
    this.#trace = trace
  }

  get privileges(): number {
    return this.#application.privileges
  }

  /** Gives a machine its instance. */
  assign(machine: Machine, { instance, connection }: PooledInstance): void {
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
  runOn(machine: Machine, task: () => void): Promise<void> {
    return this.#host.run(machine, task)
  }

  /** All of them in one turn of the machine's event loop. */
  async start(machine: Machine, requests: readonly OperationRequest[]): Promise<void> {
    const asked = requests.map((request) => this.#newOperation(machine, request))
    await this.runOn(machine, () => {
      for (const running of asked) void this.#callInstance(machine, running)
    })
  }

  /** The same, and the store answers at once. */
  async finish(
    machine: Machine,
    requests: readonly OperationRequest[],
  ): Promise<readonly Operation[]> {
    const asked = requests.map((request) => this.#newOperation(machine, request))
    const start = () => Promise.all(asked.map((running) => this.#callInstance(machine, running)))
    await complete(this.#host, machine, this.#store, start)
    return asked.map(({ operation }) => operation)
  }

  #newOperation(machine: Machine, request: OperationRequest): Running {
    const id = this.operations.length + 1
    let operation = newOperation(id, this.#trace.step, machine, request)
    if (request.what === 'revoke') {
      // The caller that revokes a scope has changed its privileges before.
      if (request.revocation.kind !== 'before') this.#application.privileges++
      const { privileges } = this.#application
      operation = { ...operation, revocation: { ...request.revocation, privileges } }
    }
    this.operations.push(operation)
    const at = machine.clock - BASE
    this.#trace.add(() => `${machine.name} begins #${id} ${described(request)}, its clock at ${at}`)
    return { operation, request }
  }

  async #callInstance(machine: Machine, { operation, request }: Running): Promise<void> {
    const name = `#${operation.id}`
    this.#running.get(machine)?.add(operation)
    machine.running.push(name)
    try {
      const instance = this.#instances.get(machine) as Tokenward
      operation.answer = (await callInstance(
        instance,
        request,
        operation,
        this.#application,
      )) as Answer
      this.tokens.push(...newTokens(operation, request, this.tokens))
    } catch (error) {
      operation.error = error
    }
    operation.returned = this.#trace.step
    operation.ended = machine.clock
    this.#running.get(machine)?.delete(operation)
    machine.running.splice(machine.running.indexOf(name), 1)
    this.#trace.add(() => `${machine.name} ends ${name}: ${resultOf(operation)}`)
  }
}
