import 'reflect-metadata'
import { Controller, type ExecutionContext, Get, Module } from '@nestjs/common'
import { APP_GUARD, Reflector } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { Test } from '@nestjs/testing'
import { beforeAll, expect, test } from 'vitest'
import { Guard, GuardError, type Verifier } from '../src/index.ts'
import { Auth, Public, TokenwardGuard, TokenwardModule } from '../src/nest.ts'
import { overSocket } from './binding.ts'
import { createWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

@Controller()
class MeController {
  @Get('me')
  me(@Auth() auth: Auth) {
    return auth.subject
  }

  @Get('health')
  @Public()
  health() {
    return 'well'
  }
}

const TOKENS = 'TOKENS'

/** Another module of the application, which the factory takes the instance from. */
function tokensModule(tokens: Verifier) {
  @Module({ providers: [{ provide: TOKENS, useValue: tokens }], exports: [TOKENS] })
  class TokensModule {}
  return TokensModule
}

async function start() {
  const tokenward = TokenwardModule.forRootAsync({
    imports: [tokensModule(world.tokens)],
    inject: [TOKENS],
    useFactory: (tokens: Verifier) => ({ tokens }),
  })
  const module = await Test.createTestingModule({
    imports: [tokenward],
    controllers: [MeController],
    providers: [{ provide: APP_GUARD, useExisting: TokenwardGuard }],
  }).compile()
  const app = module.createNestApplication(new ExpressAdapter(), { logger: false })
  await app.listen(0, '127.0.0.1')
  return overSocket(app.getHttpServer(), () => app.close())
}

test('a guard of the whole application guards every route but the public ones', async () => {
  await using app = await start()
  const get = (path: string, token?: string) => {
    const headers = token === undefined ? [] : ['Authorization', `Bearer ${token}`]
    return app.send({ method: 'GET', path, headers, body: '' })
  }
  expect(await get('/me', world.token.active)).toMatchObject({ status: 200, body: 'ada' })
  expect(await get('/me', world.token.revoked)).toMatchObject({ status: 401 })
  expect(await get('/me')).toMatchObject({ status: 401 })
  expect(await get('/health')).toMatchObject({ status: 200, body: 'well' })
})

test('options that are wrong end the start of the application', async () => {
  const tokenward = TokenwardModule.forRoot({ tokens: world.tokens, realm: 'a\r\nb' })
  const compiled = Test.createTestingModule({ imports: [tokenward] }).compile()
  await expect(compiled).rejects.toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path: 'realm' })
})

test('what is no HTTP request is not let through', async () => {
  const guard = new TokenwardGuard(new Guard(world.tokens), new Reflector())
  const context = {
    getType: () => 'rpc',
    getClass: () => MeController,
    getHandler: () => MeController.prototype.me,
  }
  const decided = guard.canActivate(context as unknown as ExecutionContext)
  await expect(decided).rejects.toBeInstanceOf(GuardError)
})
