import { Controller, Get, Post } from '@nestjs/common'
import { Auth, RequireScope } from '@tokenward/http/nest'

@Controller()
export class NotesController {
  @Get('me')
  me(@Auth() auth: Auth) {
    return { user: auth.subject, scopes: auth.scopes }
  }

  @Post('notes')
  @RequireScope('notes:write')
  create(@Auth() auth: Auth) {
    return { author: auth.subject }
  }
}
