package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

const goOIDC = "coreos/go-oidc"

// Without this, go-oidc accepts RS256 alone.
var accessTokens = &oidc.Config{ClientID: audience, SupportedSigningAlgs: []string{oidc.ES256}}

func judgeKeys(ctx context.Context, s, openid server) {
	_, err := oidc.NewProvider(ctx, s.Issuer)
	differs(goOIDC, "NewProvider asks only at the address of OpenID Connect Discovery. "+
		"Both are right, as above. Decode the metadata into its ProviderConfig, or mount them there too",
		err != nil, err)
	provider, err := oidc.NewProvider(ctx, openid.Issuer)
	if err != nil {
		failed(goOIDC, "NewProvider", err)
	}
	verify(ctx, "NewProvider, where the metadata are mounted there too", provider, openid)

	var config oidc.ProviderConfig
	if err := readJSON(metadataURL(s.Issuer), &config); err != nil {
		failed(goOIDC, "the metadata", err)
	}
	provider = config.NewProvider(ctx)
	issued := verify(ctx, "ProviderConfig, decoded from the metadata of RFC 8414", provider, s)
	_, err = provider.Verifier(accessTokens).Verify(ctx, issued.Refresh)
	check(goOIDC, "refuses a refresh token as an access token", nil, err != nil, issued)
	_, err = provider.Verifier(&oidc.Config{ClientID: audience}).Verify(ctx, issued.Access)
	differs(goOIDC, "accepts RS256 alone until SupportedSigningAlgs names ES256. "+
		"Both are right: RS256 is the default of ID tokens (OpenID Connect Core, 3.1.3.7), "+
		"and RFC 9068, 2.1 lets the server choose", err != nil, err)
	judgeSignedIntrospection(ctx, s, provider, issued)
}

func verify(ctx context.Context, what string, provider *oidc.Provider, s server) tokens {
	issued := s.login("web")
	verified, err := provider.Verifier(accessTokens).Verify(ctx, issued.Access)
	isRight := err == nil && verified.Subject == "ada" && verified.Issuer == s.Issuer
	check(goOIDC, "verifies an access token by our keys: "+what, err, isRight, verified)
	return issued
}

// The response of RFC 9701 is no ID token, but go-oidc verifies any JWT with an audience.
func judgeSignedIntrospection(ctx context.Context, s server, provider *oidc.Provider, issued tokens) {
	response, contentType := signedIntrospection(s, issued.Access)
	if contentType != "application/token-introspection+jwt" {
		failed(goOIDC, "the content type of RFC 9701", contentType)
	}
	config := *accessTokens
	config.ClientID = "notes"
	config.SkipExpiryCheck = true
	verified, err := provider.Verifier(&config).Verify(ctx, response)
	var claims struct {
		Introspection struct {
			Active  bool   `json:"active"`
			Subject string `json:"sub"`
		} `json:"token_introspection"`
	}
	if err == nil {
		err = verified.Claims(&claims)
	}
	isActive := claims.Introspection.Active && claims.Introspection.Subject == "ada"
	check(goOIDC, "verifies the signed introspection (RFC 9701): active", err, isActive, claims)
	_, err = provider.Verifier(accessTokens).Verify(ctx, response)
	check(goOIDC, "refuses the signed introspection as an access token (RFC 9701, 8.1)", nil,
		err != nil, response)

	request := url.Values{"token": {issued.Access}}
	if status, _, _ := post(s.Revocation, "web", "web-secret", "", request); status != 200 {
		failed("judge", "the revocation", status)
	}
	response, _ = signedIntrospection(s, issued.Access)
	verified, err = provider.Verifier(&config).Verify(ctx, response)
	claims.Introspection.Active = true
	if err == nil {
		err = verified.Claims(&claims)
	}
	check(goOIDC, "verifies the signed introspection after the revocation: inactive", err,
		!claims.Introspection.Active, claims)
	_, err = provider.Verifier(accessTokens).Verify(ctx, issued.Access)
	check(goOIDC, "still accepts the revoked token by the keys alone, until it expires (RFC 7009, 3)",
		err, true, nil)
}

func signedIntrospection(s server, token string) (jwt, contentType string) {
	accept := "application/token-introspection+jwt"
	form := url.Values{"token": {token}}
	status, body, contentType := post(s.Introspection, "notes", "notes-secret", accept, form)
	if status != 200 {
		failed("judge", "the signed introspection", status)
	}
	return body, contentType
}

func post(address, id, secret, accept string, form url.Values) (status int, body, contentType string) {
	request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		failed("judge", address, err)
	}
	request.SetBasicAuth(id, secret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		failed("judge", address, err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		failed("judge", address, err)
	}
	return response.StatusCode, string(read), response.Header.Get("Content-Type")
}
