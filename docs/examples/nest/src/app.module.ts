import { Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD } from '@nestjs/core'
import { TokenwardGuard } from '@tokenward/http/nest'
import { NotesController } from './notes.controller.js'
import { SessionController } from './session.controller.js'
import { TokensModule } from './tokens.module.js'
import { UnavailableFilter } from './unavailable.filter.js'

@Module({
  imports: [TokensModule],
  controllers: [SessionController, NotesController],
  providers: [
    // Every route needs a token, except those with @Public().
    { provide: APP_GUARD, useExisting: TokenwardGuard },
    { provide: APP_FILTER, useClass: UnavailableFilter },
  ],
})
export class AppModule {}
