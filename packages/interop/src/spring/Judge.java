package tokenward.interop;

import static tokenward.interop.Report.check;
import static tokenward.interop.Report.differs;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.core.SpringSecurityCoreVersion;

/**
 * Judges an authorization server of Tokenward by a resource server and a client of Spring Security.
 */
public final class Judge {
  private final AuthorizationServer server;
  private final Refresh refresh;
  private final String resources;

  private Judge(ConfigurableApplicationContext context) {
    this.server = context.getBean(AuthorizationServer.class);
    this.refresh = new Refresh(this.server);
    this.resources =
        "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port");
  }

  public static void main(String[] args) {
    String[] options = {
      "--server.port=0",
      "--server.address=127.0.0.1",
      "--spring.main.banner-mode=off",
      "--logging.level.root=off"
    };
    try (ConfigurableApplicationContext context =
        SpringApplication.run(ResourceServer.class, options)) {
      System.out.println("version Java " + Runtime.version());
      System.out.println("version Spring Boot " + SpringBootVersion.getVersion());
      System.out.println("version Spring Security " + SpringSecurityCoreVersion.getVersion());
      Judge judge = new Judge(context);
      check("finds our keys and endpoints by the issuer alone (RFC 8414)", true, null);
      judge.refresh.judge();
      judge.keys();
      judge.introspection();
    }
  }

  private int use(String path, String token) {
    return AuthorizationServer.status(this.resources + path, token);
  }

  private void keys() {
    AuthorizationServer.Tokens issued = this.server.logIn("web");
    int status = use("/keys", issued.access());
    check("accepts an access token by our keys, as at+jwt (RFC 9068)", status == 200, status);
    status = use("/default-keys", issued.access());
    differs(
        "JwtDecoders.fromIssuerLocation refuses at+jwt: it accepts the type JWT alone. We are"
            + " right: the type is at+jwt (RFC 9068, 2.1). Use createAtJwtValidator",
        status == 401,
        status);
    status = use("/keys/admin", issued.access());
    check("refuses a scope that was not granted: 403", status == 403, status);
    status = use("/keys", this.server.logIn("web-encoded").access());
    check("refuses a token of another client: 401", status == 401, status);
    status = use("/keys", issued.refresh());
    check("refuses a refresh token as an access token: 401", status == 401, status);
    status = use("/keys", this.server.signedIntrospection(issued.access()));
    check(
        "refuses a signed introspection as an access token (RFC 9701, 8.1): 401",
        status == 401,
        status);
  }

  private void introspection() {
    AuthorizationServer.Tokens issued = this.server.logIn("web");
    int status = use("/introspect", issued.access());
    check("accepts an access token by introspection: 200", status == 200, status);
    status = use("/encoded", issued.access());
    check(
        "encodes the secret with which it introspects (RFC 6749, 2.3.1): 200",
        status == 200,
        status);
    status = use("/introspect/admin", issued.access());
    check("refuses a scope that was not granted: 403", status == 403, status);
    status = use("/introspect", issued.refresh());
    check("refuses a refresh token as an access token: 401", status == 401, status);
    status = this.server.revoke(issued.refresh());
    check(
        "the session is revoked (by an HTTP client: Spring Security has none): 200",
        status == 200,
        status);
    status = use("/introspect", issued.access());
    check("refuses the revoked token by introspection: 401", status == 401, status);
    status = AuthorizationServer.status(this.server.issuer() + "/orders", issued.access());
    check("our guard refuses it: 401", status == 401, status);
    String refusal = this.refresh.refusal("web", "web-secret", issued.refresh());
    check(
        "reads invalid_grant of the revoked refresh token",
        refusal.equals("invalid_grant"),
        refusal);
    status = use("/keys", issued.access());
    check(
        "still accepts it by the keys alone, until it expires (RFC 7009, 3): 200",
        status == 200,
        status);
  }
}
