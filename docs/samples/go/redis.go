// A connection to Redis with the standard library alone; a real program uses go-redis instead.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

type redis struct {
	socket net.Conn
	in     *bufio.Reader
}

func connect() (*redis, error) {
	address, err := url.Parse(setting("REDIS_URL", "redis://localhost:6379/0"))
	if err != nil {
		return nil, err
	}
	socket, err := net.DialTimeout("tcp", address.Host, 5*time.Second)
	return &redis{socket, bufio.NewReader(socket)}, err
}

func setting(name, otherwise string) string {
	if value, given := os.LookupEnv(name); given {
		return value
	}
	return otherwise
}

// The next entries of a consumer group; none after a wait.
func (r *redis) read(group, me, stream, after, idle string) ([]any, error) {
	block := map[bool]string{true: "5000", false: idle}[idle == "0"]
	found, err := r.call("XREADGROUP", "GROUP", group, me, "COUNT", "100", "BLOCK", block,
		"STREAMS", stream, after)
	if err != nil || found == nil {
		return nil, err
	}
	return found.([]any)[0].([]any)[1].([]any), nil
}

// The answer: a text, a list or nil. What Redis refuses is an error.
func (r *redis) call(words ...string) (any, error) {
	fmt.Fprintf(r.socket, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(r.socket, "$%d\r\n%s\r\n", len(word), word)
	}
	r.socket.SetReadDeadline(time.Now().Add(10 * time.Second))
	return r.answer()
}

func (r *redis) answer() (any, error) {
	line, err := r.in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	rest := strings.TrimSpace(line[1:])
	length, _ := strconv.Atoi(rest)
	switch {
	case line[0] == '-':
		return nil, errors.New(rest)
	case line[0] != '$' && line[0] != '*':
		return rest, nil
	case length < 0:
		return nil, nil
	case line[0] == '$':
		text := make([]byte, length+2)
		_, err := io.ReadFull(r.in, text)
		return string(text[:length]), err
	}
	all := make([]any, length)
	for at := range all {
		if all[at], err = r.answer(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
