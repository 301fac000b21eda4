package tokenward.interop;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.resource.OAuth2ResourceServerConfigurer;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Four resources: `/introspect`, `/encoded` (a secret that must be encoded), `/keys` and
 * `/default-keys`.
 */
@Configuration
@EnableAutoConfiguration
class ResourceServer {
  static final String ISSUER = System.getenv("INTEROP_ISSUER");

  @Bean
  AuthorizationServer authorizationServer() {
    return AuthorizationServer.discover(ISSUER);
  }

  @Bean
  SecurityFilterChain introspects(HttpSecurity http, AuthorizationServer server) throws Exception {
    return introspects(http, "/introspect", introspector(server, "notes", "notes-secret"));
  }

  @Bean
  SecurityFilterChain encodes(HttpSecurity http, AuthorizationServer server) throws Exception {
    OpaqueTokenIntrospector introspector =
        introspector(server, "notes-encoded", AuthorizationServer.ENCODED_SECRET);
    return introspects(http, "/encoded", introspector);
  }

  @Bean
  SecurityFilterChain verifies(HttpSecurity http) throws Exception {
    NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(ISSUER).build();
    decoder.setJwtValidator(
        JwtValidators.createAtJwtValidator()
            .issuer(ISSUER)
            .audience(AuthorizationServer.AUDIENCE)
            .clientId("web")
            .build());
    return verifies(http, "/keys", decoder);
  }

  @Bean
  SecurityFilterChain verifiesByDefault(HttpSecurity http) throws Exception {
    return verifies(http, "/default-keys", JwtDecoders.fromIssuerLocation(ISSUER));
  }

  private static OpaqueTokenIntrospector introspector(
      AuthorizationServer server, String id, String secret) {
    return SpringOpaqueTokenIntrospector.withIntrospectionUri(
            server.endpoint("introspection_endpoint"))
        .clientId(id)
        .clientSecret(secret)
        .build();
  }

  private static SecurityFilterChain introspects(
      HttpSecurity http, String path, OpaqueTokenIntrospector introspector) throws Exception {
    return chain(
        http, path, (server) -> server.opaqueToken((opaque) -> opaque.introspector(introspector)));
  }

  private static SecurityFilterChain verifies(HttpSecurity http, String path, JwtDecoder decoder)
      throws Exception {
    return chain(http, path, (server) -> server.jwt((jwt) -> jwt.decoder(decoder)));
  }

  private static SecurityFilterChain chain(
      HttpSecurity http,
      String path,
      Customizer<OAuth2ResourceServerConfigurer<HttpSecurity>> guard)
      throws Exception {
    return http.securityMatcher(path + "/**")
        .authorizeHttpRequests(
            (requests) ->
                requests
                    .requestMatchers(path + "/admin")
                    .hasAuthority("SCOPE_admin")
                    .anyRequest()
                    .hasAuthority("SCOPE_read"))
        .oauth2ResourceServer(guard)
        .build();
  }

  @RestController
  static class Notes {
    @GetMapping({"/introspect", "/encoded", "/keys", "/default-keys"})
    String notes() {
      return "notes";
    }
  }
}
