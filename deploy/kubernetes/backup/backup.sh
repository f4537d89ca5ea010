#!/bin/sh
# Takes a backup: a snapshot of Redis over the network first, then a copy of the archive, so that
# the copy has at least all that the snapshot counts on. Then it notes in Redis that it ended well:
# the exporter shows when, and MrsBackupTooOld fires when that is too long ago.
#
#     backup.sh FOLDER [ARCHIVE]
#
# FOLDER then has one more folder, called by the time: dump.rdb, and the archive where there is one.
#
# REDIS_WORDS    words for redis-cli but for the password: -h redis -p 6379 --user mrs-backup,
#                --tls --cacert FILE, or -s SOCKET
# PASSWORD_FILE  file with the password; unless set, REDISCLI_AUTH has it
# PREFIX         MRS_PREFIX of the installation; mrs unless set
# KEEP           how many backups stay; 7 unless set
# EVERY          seconds from one backup to the next; unless set there is one, and the exit code
#                says whether it succeeded
set -eu
umask 077

folder=$1
archive=${2:-}
prefix=${PREFIX:-mrs}
keep=${KEEP:-7}
unfinished=$folder/.unfinished

if [ -n "${PASSWORD_FILE:-}" ]; then
    REDISCLI_AUTH=$(cat "$PASSWORD_FILE")
    export REDISCLI_AUTH
fi

# The words are several on purpose.
# shellcheck disable=SC2086
redis() { redis-cli ${REDIS_WORDS:-} -e "$@"; }

say() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"; }

copy_archive() {
    if [ ! -f "$archive/manifest.json" ]; then return; fi
    # `adjudicator archive` holds this lock while it writes.
    flock -s "$archive/.lock" cp -R "$archive" "$unfinished/archive" || return
    rm -f "$unfinished/archive/.lock" "$unfinished/archive"/*.part \
        "$unfinished/archive"/month=*/*.part
}

take() {
    name=$(date -u +%Y-%m-%dT%H-%M-%SZ)
    rm -rf "$unfinished"
    mkdir -p "$unfinished" || return
    redis --rdb "$unfinished/dump.rdb" >"$unfinished/said" 2>&1 ||
        { cat "$unfinished/said"; return 1; }
    redis-check-rdb "$unfinished/dump.rdb" >"$unfinished/said" 2>&1 ||
        { cat "$unfinished/said"; return 1; }
    rm "$unfinished/said"
    if [ -n "$archive" ]; then copy_archive || return; fi
    sync
    mv "$unfinished" "$folder/$name" || return
    now=$(redis time) || return
    redis hset "$prefix:upkeep" backup "$(printf '%s\n' "$now" | head -n 1)" >/dev/null || return
    say "backup $name is there, $(du -sk "$folder/$name" | cut -f 1) KiB"
}

# By their names, which sort by time; whatever else lies there stays.
remove_old() {
    find "$folder" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T??-??-??Z' |
        sort -r | tail -n "+$((keep + 1))" |
        while read -r old; do
            rm -rf "$old"
            say "removed $(basename "$old")"
        done
}

once() {
    # Old ones go only once there is a new one.
    if take; then remove_old; else
        rm -rf "$unfinished"
        say "no backup was made"
        return 1
    fi
}

if [ -z "${EVERY:-}" ]; then
    once
    exit
fi

sleeper=
trap 'kill $sleeper 2>/dev/null || true; exit 143' TERM
while :; do
    once || true
    sleep "$EVERY" &
    sleeper=$!
    wait "$sleeper"
done
