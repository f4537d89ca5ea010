// Sends events, one JSON object a line on standard input, until Redis has acknowledged each.
// go run producer.go redis.go <events.jsonl
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
)

var connection *redis

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 256*1024+2)
	for lines.Scan() {
		if event := strings.TrimSpace(lines.Text()); event != "" {
			fmt.Println(sendUntilAcknowledged(event))
		}
	}
}

func sendUntilAcknowledged(event string) any {
	wait, _ := time.ParseDuration(setting("PAUSE", "1") + "s")
	for {
		id, err := send(event)
		if err == nil {
			return id
		}
		// Nobody knows whether the event is there. With its source and id it may come twice.
		fmt.Fprintf(os.Stderr, "%v: trying again in %v\n", err, wait)
		connection = nil
		time.Sleep(wait)
		if wait *= 2; wait > 30*time.Second {
			wait = 30 * time.Second
		}
	}
}

func send(event string) (id any, err error) {
	if connection == nil {
		if connection, err = connect(); err != nil {
			connection = nil
			return nil, err
		}
	}
	return connection.call("XADD", "mrs:events", "*", "event", event)
}
