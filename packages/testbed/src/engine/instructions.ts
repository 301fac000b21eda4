/** How to get a container engine, in one screen. */
export function instructions(obstacle: string): string {
  return `No container engine answers, and none could be installed: ${obstacle}.

Do one of the following:
  - start Docker (Docker Desktop, or \`sudo systemctl start docker\`), or set DOCKER_HOST
  - run the tests as root on Debian or Ubuntu: they install and start an engine
  - set the URLs of running servers, whose data may be deleted:
      TOKENWARD_TEST_POSTGRES_URL=postgres://user:password@127.0.0.1:5432/test
      TOKENWARD_TEST_REDIS_URL=redis://127.0.0.1:6379
      TOKENWARD_TEST_MEMCACHED_URL=memcached://127.0.0.1:11211
      TOKENWARD_TEST_MONGODB_URL=mongodb://127.0.0.1:27017/test`
}
