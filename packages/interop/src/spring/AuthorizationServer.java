package tokenward.interop;

import java.net.URI;
import java.util.Map;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.RestClient;

/** What the judge knows of our authorization server: its metadata (RFC 8414). */
record AuthorizationServer(String issuer, Map<String, Object> metadata) {
  static final String AUDIENCE = "https://notes.example.com";
  static final String ENCODED_SECRET = "a+b %2B&c";

  private static final RestClient HTTP = RestClient.create();
  private static final ParameterizedTypeReference<Map<String, Object>> JSON =
      new ParameterizedTypeReference<>() {};

  record Tokens(String access, String refresh) {}

  /** From the address that is inserted before the path of the issuer (RFC 8414, section 3.1). */
  static AuthorizationServer discover(String issuer) {
    URI uri = URI.create(issuer);
    URI wellKnown = uri.resolve("/.well-known/oauth-authorization-server" + uri.getPath());
    return new AuthorizationServer(issuer, HTTP.get().uri(wellKnown).retrieve().body(JSON));
  }

  String endpoint(String name) {
    return (String) this.metadata.get(name);
  }

  Tokens logIn(String client) {
    Map<String, Object> issued =
        HTTP.get().uri(this.issuer + "/login?client=" + client).retrieve().body(JSON);
    return new Tokens((String) issued.get("access_token"), (String) issued.get("refresh_token"));
  }

  /** Spring Security has no client for RFC 7009. */
  int revoke(String token) {
    return HTTP.post()
        .uri(endpoint("revocation_endpoint"))
        .headers((headers) -> headers.setBasicAuth("web", "web-secret"))
        .body(form(token))
        .retrieve()
        .toBodilessEntity()
        .getStatusCode()
        .value();
  }

  /** A signed introspection (RFC 9701), which Spring Security cannot ask for. */
  String signedIntrospection(String token) {
    return HTTP.post()
        .uri(endpoint("introspection_endpoint"))
        .headers((headers) -> headers.setBasicAuth("notes", "notes-secret"))
        .accept(MediaType.parseMediaType("application/token-introspection+jwt"))
        .body(form(token))
        .retrieve()
        .body(String.class);
  }

  private static LinkedMultiValueMap<String, String> form(String token) {
    LinkedMultiValueMap<String, String> form = new LinkedMultiValueMap<>();
    form.add("token", token);
    return form;
  }

  /** The status with which a route answers. */
  static int status(String url, String accessToken) {
    return HTTP.get()
        .uri(url)
        .header(HttpHeaders.AUTHORIZATION, "Bearer " + accessToken)
        .exchange((request, response) -> response.getStatusCode().value());
  }
}
