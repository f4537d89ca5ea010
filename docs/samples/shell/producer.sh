#!/bin/sh
# Sends events, one JSON object a line on standard input, until Redis has acknowledged each.
# Needs redis-cli 7.
set -eu
: "${REDIS_URL:=redis://localhost:6379/0}" "${PAUSE:=1}"

while IFS= read -r event; do
    [ -n "$event" ] || continue
    # Without an answer nobody knows whether the event is there. With its source and id it may come
    # twice.
    until printf %s "$event" | redis-cli -u "$REDIS_URL" -e -x XADD mrs:events '*' event; do
        echo "not acknowledged: trying again in $PAUSE s" >&2
        sleep "$PAUSE"
    done
done
