package main

import (
	"context"
	"errors"

	"golang.org/x/oauth2"
)

const oauth2Library = "golang.org/x/oauth2"

// judgeRefresh exchanges refresh tokens as every Go client does: by a TokenSource whose access token is gone.
func judgeRefresh(ctx context.Context, s server) {
	first := s.login("web")
	second, err := refresh(ctx, s, "web", "web-secret", first.Refresh)
	isRotated := err == nil && second.RefreshToken != first.Refresh && second.Valid()
	check(oauth2Library, "refreshes, and gets the next refresh token", err, isRotated, second)
	check(oauth2Library, "the new access token is accepted by our guard", nil,
		s.useStatus(second.AccessToken) == 200, s.useStatus(second.AccessToken))

	third, err := refresh(ctx, s, "web", "web-secret", second.RefreshToken)
	check(oauth2Library, "refreshes again", err, err == nil && third.Valid(), third)
	_, err = refresh(ctx, s, "web", "web-secret", first.Refresh)
	check(oauth2Library, "reads invalid_grant of a refresh token whose successor was used", nil,
		errorCode(err) == "invalid_grant", err)
	_, err = refresh(ctx, s, "web-encoded", encodedSecret, third.RefreshToken)
	check(oauth2Library, "reads invalid_grant of the refresh token of another client", nil,
		errorCode(err) == "invalid_grant", err)

	other := s.login("web-encoded")
	_, err = refresh(ctx, s, "web-encoded", encodedSecret, other.Refresh)
	check(oauth2Library, "encodes a secret with reserved characters (RFC 6749, 2.3.1)", err, true, nil)
	_, err = refresh(ctx, s, "web", "wrong", third.RefreshToken)
	check(oauth2Library, "reads invalid_client of a wrong secret", nil,
		errorCode(err) == "invalid_client", err)
}

func refresh(ctx context.Context, s server, id, secret, refreshToken string) (*oauth2.Token, error) {
	// Told the style, as RFC 6749 recommends: without it, a failed request is sent a second time.
	endpoint := oauth2.Endpoint{TokenURL: s.Token, AuthStyle: oauth2.AuthStyleInHeader}
	config := oauth2.Config{ClientID: id, ClientSecret: secret, Endpoint: endpoint}
	return config.TokenSource(ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
}

func errorCode(err error) string {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return refused.ErrorCode
	}
	return ""
}
