package main

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client"
	"github.com/zitadel/oidc/v3/pkg/client/rs"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

const zitadel = "zitadel/oidc"

// revoker is the client of the revocation endpoint, as zitadel/oidc wants it.
type revoker struct{ server }

func (r revoker) GetRevokeEndpoint() string { return r.Revocation }
func (r revoker) HttpClient() *http.Client  { return http.DefaultClient }

func judgeIntrospection(ctx context.Context, s, openid server) {
	_, err := rs.NewResourceServerClientCredentials(ctx, s.Issuer, "notes", "notes-secret")
	differs(zitadel, "asks only at the address of OpenID Connect Discovery. "+
		"Both are right: it is an OpenID client, and RFC 8414 has an address of its own. "+
		"Give it the endpoints, or mount the metadata there too", err != nil, err)
	_, err = rs.NewResourceServerClientCredentials(ctx, openid.Issuer, "notes", "notes-secret")
	check(zitadel, "finds the endpoints where the metadata are mounted there too", err, true, nil)

	issued := s.login("web")
	found, err := introspect(ctx, s, "notes", "notes-secret", issued.Access)
	isRight := err == nil && found.Active && found.Subject == "ada" && found.ClientID == "web" &&
		found.Issuer == s.Issuer && found.TokenType == "Bearer" && found.JWTID != "" &&
		slices.Equal(found.Scope, []string{"read", "write"}) &&
		slices.Contains(found.Audience, audience) && found.Expiration.AsTime().After(time.Now())
	check(zitadel, "introspects an active token, with all members of RFC 7662", err, isRight, found)
	_, err = introspect(ctx, s, "notes-encoded", encodedSecret, issued.Access)
	check(zitadel, "encodes a secret with reserved characters (RFC 6749, 2.3.1)", err, true, nil)
	_, err = introspect(ctx, s, "notes", "wrong", issued.Access)
	check(zitadel, "is refused with a wrong secret", nil, err != nil, found)
	judgeRevocation(ctx, s, issued)
}

func judgeRevocation(ctx context.Context, s server, issued tokens) {
	request := client.RevokeRequest{Token: issued.Refresh, TokenTypeHint: "refresh_token"}
	authorization := httphelper.AuthorizeBasic("web", "web-secret")
	err := client.CallRevokeEndpoint(ctx, request, authorization, revoker{s})
	check(zitadel, "revokes a refresh token, and its session", err, true, nil)
	found, err := introspect(ctx, s, "notes", "notes-secret", issued.Access)
	isInactive := err == nil && !found.Active && found.Subject == ""
	check(zitadel, "introspects the access token of the revoked session: inactive, nothing else", err,
		isInactive, found)
	check(zitadel, "our guard refuses it: 401", nil, s.useStatus(issued.Access) == 401,
		s.useStatus(issued.Access))
	_, err = refresh(ctx, s, "web", "web-secret", issued.Refresh)
	check(oauth2Library, "reads invalid_grant of the revoked refresh token", nil,
		errorCode(err) == "invalid_grant", err)
	request.Token = "rubbish"
	err = client.CallRevokeEndpoint(ctx, request, authorization, revoker{s})
	check(zitadel, "may revoke rubbish (RFC 7009, 2.2)", err, true, nil)
}

func introspect(
	ctx context.Context, s server, id, secret, token string,
) (*oidc.IntrospectionResponse, error) {
	endpoints := rs.WithStaticEndpoints(s.Token, s.Introspection)
	resource, err := rs.NewResourceServerClientCredentials(ctx, s.Issuer, id, secret, endpoints)
	if err != nil {
		return nil, err
	}
	return rs.Introspect[*oidc.IntrospectionResponse](ctx, resource, token)
}
