package tokenward.interop;

import static tokenward.interop.Report.check;
import static tokenward.interop.Report.differs;

import java.time.Instant;
import java.util.Set;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;

/** Exchanges refresh tokens with the OAuth client of Spring Security. */
final class Refresh {
  private final AuthorizationServer server;
  private final RestClientRefreshTokenTokenResponseClient client =
      new RestClientRefreshTokenTokenResponseClient();

  Refresh(AuthorizationServer server) {
    this.server = server;
  }

  void judge() {
    String first = this.server.logIn("web").refresh();
    OAuth2AccessTokenResponse second = refresh("web", "web-secret", first);
    String next = second.getRefreshToken().getTokenValue();
    check("refreshes, and gets the next refresh token", !next.equals(first), next);
    int status =
        AuthorizationServer.status(
            this.server.issuer() + "/orders", second.getAccessToken().getTokenValue());
    check("the new access token is accepted by our guard", status == 200, status);
    String third = refresh("web", "web-secret", next).getRefreshToken().getTokenValue();
    String reused = refusal("web", "web-secret", first);
    check(
        "reads invalid_grant of a refresh token whose successor was used",
        reused.equals("invalid_grant"),
        reused);
    String refusal = refusal("web", "wrong", third);
    differs(
        "reads invalid_client as invalid_token_response: it reads the error of a 400 alone. We are"
            + " right: a client that used Basic is answered 401 (RFC 6749, 5.2)",
        refusal.equals("invalid_token_response"),
        refusal);
    String other = this.server.logIn("web-encoded").refresh();
    refresh("web-encoded", AuthorizationServer.ENCODED_SECRET, other);
    check("encodes a secret with reserved characters (RFC 6749, 2.3.1)", true, null);
  }

  String refusal(String id, String secret, String refreshToken) {
    try {
      return "accepted: " + refresh(id, secret, refreshToken);
    } catch (OAuth2AuthorizationException refused) {
      return refused.getError().getErrorCode();
    }
  }

  private OAuth2AccessTokenResponse refresh(String id, String secret, String refreshToken) {
    ClientRegistration registration =
        ClientRegistrations.fromIssuerLocation(this.server.issuer())
            .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
            .clientId(id)
            .clientSecret(secret)
            .build();
    Instant past = Instant.EPOCH;
    OAuth2AccessToken expired =
        new OAuth2AccessToken(
            OAuth2AccessToken.TokenType.BEARER, "expired", past, past.plusSeconds(1));
    OAuth2RefreshToken token = new OAuth2RefreshToken(refreshToken, past);
    return this.client.getTokenResponse(
        new OAuth2RefreshTokenGrantRequest(registration, expired, token, Set.of()));
  }
}
