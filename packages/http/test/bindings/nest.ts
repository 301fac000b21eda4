import 'reflect-metadata'
import { createServer, type RequestListener } from 'node:http'
import { All, Controller, UseGuards } from '@nestjs/common'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { Test, type TestingModule } from '@nestjs/testing'
import type { GuardOptions, Verifier } from '../../src/index.ts'
import { Auth, Public, RequireScope, TokenwardGuard, TokenwardModule } from '../../src/nest.ts'
import {
  type Application,
  type Binding,
  describeAuth,
  MAX_HEADER_BYTES,
  overSocket,
} from '../binding.ts'

@Controller()
@UseGuards(TokenwardGuard)
class NotesController {
  @All('notes')
  @RequireScope('read')
  notes(@Auth() auth: Auth) {
    return describeAuth(auth)
  }

  @All('public')
  @Public()
  open(@Auth() auth: Auth | undefined) {
    return describeAuth(auth)
  }
}

@Controller('write')
@UseGuards(TokenwardGuard)
@RequireScope('read')
class WriteController {
  @All()
  @RequireScope('write')
  write(@Auth() auth: Auth) {
    return describeAuth(auth)
  }
}

/** The options of a module are those of the whole application. */
@Controller('optional')
@UseGuards(TokenwardGuard)
class OptionalController {
  @All()
  read(@Auth() auth: Auth | undefined) {
    return describeAuth(auth)
  }
}

type Controllers = NonNullable<Parameters<typeof Test.createTestingModule>[0]['controllers']>

function compile(
  tokens: Verifier,
  options: GuardOptions,
  controllers: Controllers,
): Promise<TestingModule> {
  const tokenward = TokenwardModule.forRootAsync({
    imports: [],
    inject: [],
    useFactory: async () => ({ tokens, ...options }),
  })
  return Test.createTestingModule({ imports: [tokenward], controllers }).compile()
}

async function onExpress(module: TestingModule): Promise<Application> {
  const app = module.createNestApplication(new ExpressAdapter(), { logger: false })
  await app.init()
  const listener = app.getHttpAdapter().getInstance() as RequestListener
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, listener)
  return overSocket(server, () => app.close())
}

async function onFastify(module: TestingModule): Promise<Application> {
  const adapter = new FastifyAdapter({ http: { maxHeaderSize: MAX_HEADER_BYTES } })
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false })
  await app.listen(0, '127.0.0.1')
  return overSocket(app.getHttpServer(), () => app.close())
}

function bindingOf(start: (module: TestingModule) => Promise<Application>): Binding {
  return async (tokens, options) => {
    const controllers = [NotesController, WriteController]
    const main = await start(await compile(tokens, options, controllers))
    const optional = { ...options, optional: true }
    const other = await start(await compile(tokens, optional, [OptionalController]))
    return {
      send: (sent) => (sent.path === '/optional' ? other : main).send(sent),
      async [Symbol.asyncDispose]() {
        await main[Symbol.asyncDispose]()
        await other[Symbol.asyncDispose]()
      },
    }
  }
}

export const nestOnExpress: Binding = bindingOf(onExpress)
export const nestOnFastify: Binding = bindingOf(onFastify)
