import { Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD } from '@nestjs/core'
import { TokenwardGuard } from '@tokenward/http/nest'
import { NotesController } from './notes.controller.ts'
import { SessionController } from './session.controller.ts'
import { TokensModule } from './tokens.module.ts'
import { UnavailableFilter } from './unavailable.filter.ts'

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
