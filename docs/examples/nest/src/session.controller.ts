import {
  Body,
  Controller,
  Header,
  HttpCode,
  Inject,
  Post,
  Res,
  UnauthorizedException,
} from '@nestjs/common'
import type { Tokenward } from '@tokenward/core'
import { SessionCookie } from '@tokenward/http/endpoints'
import { Public } from '@tokenward/http/nest'
import type { Response } from 'express'
import { TOKENS } from './tokens.module.ts'
import { findUser } from './users.ts'

@Controller()
@Public()
export class SessionController {
  constructor(
    @Inject(TOKENS) private readonly tokens: Tokenward,
    @Inject(SessionCookie) private readonly cookie: SessionCookie,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async login(
    @Body('user') name: unknown,
    @Body('password') password: unknown,
    @Res({ passthrough: true }) response: Response,
  ) {
    const user = await findUser(name, password)
    if (user === null) throw new UnauthorizedException('wrong user or password')
    const login = await this.tokens.issue({ subject: user.name, client: 'web', scope: user.scope })
    response.set('set-cookie', this.cookie.set(login))
    return { access_token: login.accessToken, expires_in: login.expiresIn }
  }
}
