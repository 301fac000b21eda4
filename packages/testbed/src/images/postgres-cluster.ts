/** The owner of all databases, in built and in published images. */
export const login = { user: 'tokenward', password: 'tokenward' }

const dataFolder = '/var/lib/postgresql/data'

/** A certificate for `localhost` and `127.0.0.1`. */
export const makeCertificate = `mkdir -p /tmp/tls && \
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
-keyout /tmp/tls/server.key -out /tmp/tls/server.crt`

const remoteLogins = 'host all,replication all all scram-sha-256'

/** Creates the cluster in the image, so no start has to wait for `initdb`. */
export function withCluster(programs: string): readonly string[] {
  const superuser = `--username=${login.user} --pwfile=/tmp/password`
  const options = '--auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8'
  return [
    `ENV PATH=${programs}:/usr/local/bin:/usr/bin:/bin PGDATA=${dataFolder}`,
    `ENV PGHOST=/tmp PGUSER=${login.user} PGDATABASE=postgres`,
    'USER postgres',
    `RUN echo ${login.password} > /tmp/password && initdb ${superuser} ${options} --no-sync`,
    `RUN echo '${remoteLogins}' >> ${dataFolder}/pg_hba.conf && ${makeCertificate}`,
  ]
}
