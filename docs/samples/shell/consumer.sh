#!/bin/sh
# Reads determinations as a consumer group, and writes each once to a file: OUT.
# Needs redis-cli 7 and jq.
set -eu
: "${REDIS_URL:=redis://localhost:6379/0}" "${GROUP:=payer}" "${CONSUMER:=one}"
: "${IDLE_MS:=0}" # ends after so long without news; 0: never
out=$1
stream=mrs:determinations
touch "$out"

redis() { redis-cli -u "$REDIS_URL" "$@"; }

# What is new in a batch: entry, id and data, one determination a line.
lines() { jq -r '.[]?[]? | .[0] as $entry | .[1][1] | fromjson | [$entry, .id, (.data | tojson)]
    | join(" ")'; }

after=0 # first what we were given before and did not acknowledge
while :; do
    redis XGROUP CREATE "$stream" "$GROUP" 0 MKSTREAM >/dev/null || true
    block=$IDLE_MS
    [ "$block" -gt 0 ] || block=5000
    if ! batch=$(redis -e --json XREADGROUP GROUP "$GROUP" "$CONSUMER" COUNT 100 \
        BLOCK "$block" STREAMS "$stream" "$after"); then
        sleep 1
        continue
    fi
    found=$(printf %s "$batch" | lines)
    if [ -z "$found" ]; then
        [ "$after" = 0 ] || [ "$IDLE_MS" -eq 0 ] || exit 0
        after='>'
        continue
    fi
    # The file stands for your database. There, id and effect belong into one transaction.
    printf '%s\n' "$found" | while read -r entry id data; do
        grep -q "^$id " "$out" || printf '%s %s\n' "$id" "$data" >>"$out"
        redis XACK "$stream" "$GROUP" "$entry" >/dev/null
    done
done
