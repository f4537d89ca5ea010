// Reads determinations as a consumer group, and writes each once to a file: OUT.
// go run consumer.go redis.go OUT
package main

import (
	"fmt"
	"os"
	"regexp"
	"time"
)

const stream = "mrs:determinations"

var group, me = setting("GROUP", "payer"), setting("CONSUMER", "one")
var idle = setting("IDLE_MS", "0")                     // ends after so long without news; 0: never
var id = regexp.MustCompile(`"id":"(d-[0-9a-f]{64})"`) // or encoding/json
var first = regexp.MustCompile(`(?m)^d-[0-9a-f]{64}`)

func main() {
	// The file stands for your database. There, id and effect belong into one transaction.
	text, _ := os.ReadFile(os.Args[1])
	out, err := os.OpenFile(os.Args[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	seen := map[string]bool{}
	for _, known := range first.FindAllString(string(text), -1) {
		seen[known] = true
	}
	for err = consume(out, seen); err != nil; err = consume(out, seen) {
		fmt.Fprintf(os.Stderr, "%v: trying again\n", err)
		time.Sleep(time.Second)
	}
}

func consume(out *os.File, seen map[string]bool) error {
	redis, err := connect()
	if err == nil {
		redis.call("XGROUP", "CREATE", stream, group, "0", "MKSTREAM") // it may be there
	}
	for after := "0"; err == nil; { // first what we were given before and did not acknowledge
		var entries []any
		entries, err = redis.read(group, me, stream, after, idle)
		for at := 0; at < len(entries) && err == nil; at++ {
			entry := entries[at].([]any)
			event := entry[1].([]any)[1].(string)
			if name := id.FindStringSubmatch(event)[1]; !seen[name] {
				fmt.Fprintf(out, "%s %s\n", name, event)
				seen[name] = true
			}
			_, err = redis.call("XACK", stream, group, entry[0].(string))
		}
		if len(entries) == 0 && after == ">" && idle != "0" {
			return err
		}
		if len(entries) == 0 {
			after = ">"
		}
	}
	return err
}
