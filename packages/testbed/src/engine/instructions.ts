/** What somebody can do who has no container engine, in one screen. */
export function instructions(obstacle: string): string {
  return `No container engine answers, and none was installed: ${obstacle}.

Any one of these is enough:
  - start Docker (Docker Desktop, or \`sudo systemctl start docker\`); DOCKER_HOST may name another
  - run as root on Debian or Ubuntu: the engine is then installed and started
  - name running servers, whose data may be deleted:
      TOKENWARD_TEST_POSTGRES_URL=postgres://user:password@127.0.0.1:5432/test
      TOKENWARD_TEST_REDIS_URL=redis://127.0.0.1:6379
      TOKENWARD_TEST_MEMCACHED_URL=memcached://127.0.0.1:11211
      TOKENWARD_TEST_MONGODB_URL=mongodb://127.0.0.1:27017/test`
}
