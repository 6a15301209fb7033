#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: KRADING_LIMITS=DIR tests/bench/run.sh [CASES]
# Measures the engine and the daemon and, in the same run on the same machine, what the machine and
# the libraries allow (the limit benchmarks in KRADING_LIMITS); prints ours / limit. Without
# KRADING_LIMITS it prints our figures alone. docs/benchmarks.md says how to read them.
#   CASES          cases in the store                            (10000)
#   KRADING_BUILD  where the programs are built                  (build)
#   SCRATCH        where stores are put: the disk that is measured (a new folder in /var/tmp)
#   SECS           seconds of each HTTP measurement              (3)
#   PORT           two ports from here on are used               (18090)
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$top" && realpath "${KRADING_BUILD:-build}")
limits=${KRADING_LIMITS:+$(realpath "$KRADING_LIMITS")}
cases=${1:-10000} SECS=${SECS:-3} PORT=${PORT:-18090}
made=
[ -n "${SCRATCH:-}" ] || made=$(mktemp -d /var/tmp/krading-bench.XXXXXX)
scratch=${SCRATCH:-$made}
ours=$scratch/ours.txt floor=$scratch/floor.txt
server=

finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$scratch/office" "$scratch/office.codes" "$scratch/store"
    [ -z "$made" ] || rm -rf "$made"
}
trap finish EXIT
say() { echo "== $*" >&2; }
: >"$ours"
: >"$floor"

# loaded NAME SCRIPT URL: requests a second under wrk, and the server's CPU time a request.
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
loaded() {
    local name=$1 before after
    before=$(ticks)
    wrk -t1 -c64 -d"${SECS}s" -s "$2" "$3" >"$scratch/wrk.txt"
    after=$(ticks)
    awk -v name="$name" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '
        $2 == "requests" { n = $1 }
        /Requests\/sec/ { print name, $2, "requests/s" }
        /Non-2xx|Socket errors/ { print "errors: " $0 >"/dev/stderr"; bad = 1 }
        END { printf "%s_cpu %.6g us/request\n", name, ticks / hz * 1e6 / n; exit bad }
    ' "$scratch/wrk.txt"
}
await() {
    for _ in $(seq 200); do
        (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.05
    done
    say "nothing listens on port $1"
    return 1
}

say "engine, $cases cases"
"$build/tests/bench/bench_engine" "$top/workflows" "$scratch/office" "$cases" | tee -a "$ours"

cat >"$scratch/codes.lua" <<EOF
local codes, n = {}, 0
for line in io.lines("$scratch/office.codes") do codes[#codes + 1] = line end
function request()
    n = n % #codes + 1
    return wrk.format("POST", "/track",
        {["Content-Type"] = "application/x-www-form-urlencoded"}, "code=" .. codes[n])
end
local codes, n = {}, 0
for line in io.lines("$scratch/office.codes") do codes[#codes + 1] = line end
function request()
    n = n % #codes + 1
    return wrk.format("POST", "/track",
        {["Content-Type"] = "application/x-www-form-urlencoded"}, "code=" .. codes[n])
end
EOF
if command -v wrk >/dev/null; then
    say "POST /track"
    "$build/daemon/kradingd" --data "$scratch/office" --listen "127.0.0.1:$PORT" \
        >"$scratch/kradingd.txt" 2>&1 & server=$!
    await "$PORT"
    loaded track "$scratch/codes.lua" "http://127.0.0.1:$PORT/track" | tee -a "$ours"
    kill "$server"; wait "$server" || true; server=
fi

if [ -n "$limits" ]; then
    say "limits"
    mkdir -p "$scratch/limits" "$scratch/store"
    cp "$limits"/*.[ch] "$limits/Makefile" "$scratch/limits/"
    make -s -C "$scratch/limits"
    bin=$scratch/limits/build
    {
        "$bin/db_load" bench "$scratch/store" "$cases" >/dev/null
        "$bin/lmdb_lookup" bench "$scratch/store" 1 2
        "$bin/intake_limit" bench "$scratch/store" 64 box 0 3
        rm -rf "$scratch/store"; mkdir "$scratch/store"
        "$bin/db_load" bench "$scratch/store" "$((cases < 40000 ? 40000 : cases))" >/dev/null
        "$bin/due_scan" bench "$scratch/store" fire
        if command -v wrk >/dev/null; then
            "$bin/http_floor" "$((PORT + 1))" 1 & server=$!
            await "$((PORT + 1))"
            loaded floor "$scratch/codes.lua" "http://127.0.0.1:$((PORT + 1))/track"
            kill "$server"; { wait "$server"; } 2>/dev/null || true; server=
        fi
    } >"$floor"
    cat "$floor"
fi

[ -n "$limits" ] || exit 0
# name of ours, name of the limit, 1 when less is better
awk -v cases="$cases" '
    FNR == NR { ours[$1] = $2; unit[$1] = $3; next }
    { limit[$1] = $2 }
    function row(what, a, b, less) {
        if (a in ours && b in limit)
            printf "%-28s %12.6g %12.6g %-11s %6.3f\n", what, ours[a], limit[b], unit[a],
                   less ? limit[b] / ours[a] : ours[a] / limit[b]
    }
    END {
        printf "\n%-28s %12s %12s %-11s %6s\n", cases " cases", "ours", "limit", "unit", "ratio"
        row("durable submission, 64", "submit_g64", "intake_bench_box_s0_g64")
        row("look-up by code, engine", "lookup", "lmdb_lookup_bench_t1")
        row("deadlines fired, 1,000", "fire_g1000", "due_bench_fire")
        row("deadlines fired, 200", "fire_g200", "due_bench_fire")
        row("POST /track", "track", "floor")
        row("POST /track, CPU time", "track_cpu", "floor_cpu", 1)
    }' "$ours" "$floor"
