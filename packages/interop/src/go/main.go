// Refreshes, introspects, revokes and verifies at an authorization server of Tokenward, by libraries
// of others.
package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

const timeout = 5 * time.Minute

func main() {
	printVersions()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	s, openid := discover("INTEROP_ISSUER"), discover("INTEROP_OPENID_ISSUER")
	judgeRefresh(ctx, s)
	judgeIntrospection(ctx, s, openid)
	judgeKeys(ctx, s, openid)
}

func printVersions() {
	fmt.Println("version", runtime.Version())
	info, ok := debug.ReadBuildInfo()
	if !ok {
		failed("judge", "the build information", "missing")
	}
	judges := map[string]bool{
		"golang.org/x/oauth2": true, "github.com/zitadel/oidc/v3": true, "github.com/coreos/go-oidc/v3": true,
	}
	for _, module := range info.Deps {
		if judges[module.Path] {
			fmt.Println("version", module.Path, module.Version)
		}
	}
}
