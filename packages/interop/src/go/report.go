package main

import (
	"fmt"
	"os"
)

// differs reports a difference that is there, which is no failure: the text names who is right by the RFC.
func differs(library, what string, isThere bool, found any) {
	if !isThere {
		failed(library, what, found)
	}
	fmt.Printf("differs %s: %s\n", library, what)
}

func passed(library, what string) { fmt.Printf("passed  %s: %s\n", library, what) }

func failed(library, what string, found any) {
	fmt.Printf("FAILED  %s: %s: %v\n", library, what, found)
	os.Exit(1)
}

// check passes a step that ended without an error and with what was expected.
func check(library, what string, err error, isRight bool, found any) {
	if err != nil {
		failed(library, what, err)
	}
	if !isRight {
		failed(library, what, found)
	}
	passed(library, what)
}
