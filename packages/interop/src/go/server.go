package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
)

const (
	audience      = "https://notes.example.com"
	encodedSecret = "a+b %2B&c"
)

// server is what the judges know of the authorization server: its metadata (RFC 8414).
type server struct {
	Issuer        string `json:"issuer"`
	JWKS          string `json:"jwks_uri"`
	Token         string `json:"token_endpoint"`
	Introspection string `json:"introspection_endpoint"`
	Revocation    string `json:"revocation_endpoint"`
}

type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// metadataURL inserts the well-known path before the path of the issuer (RFC 8414, section 3.1).
func metadataURL(issuer string) string {
	parsed, err := url.Parse(issuer)
	if err != nil {
		failed("judge", "the issuer", err)
	}
	parsed.Path = "/.well-known/oauth-authorization-server" + parsed.Path
	return parsed.String()
}

func discover(variable string) server {
	issuer := os.Getenv(variable)
	var found server
	if err := readJSON(metadataURL(issuer), &found); err != nil {
		failed("judge", "the metadata", err)
	}
	if found.Issuer != issuer {
		failed("judge", "the issuer of the metadata", found.Issuer)
	}
	return found
}

func (s server) login(client string) tokens {
	var issued tokens
	if err := readJSON(s.Issuer+"/login?client="+client, &issued); err != nil {
		failed("judge", "the login", err)
	}
	return issued
}

// useStatus is the status with which a route behind our guard answers.
func (s server) useStatus(accessToken string) int {
	request, err := http.NewRequest(http.MethodGet, s.Issuer+"/orders", nil)
	if err != nil {
		failed("judge", "the request", err)
	}
	request.Header.Set("Authorization", "Bearer "+accessToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		failed("judge", "the request", err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func readJSON(address string, into any) (err error) {
	response, err := http.Get(address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", address, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}
