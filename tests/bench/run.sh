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
#   REPS           rounds; each measures ours and the limits     (3)
#   PORT           two ports from here on are used               (18090)
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$top" && realpath "${KRADING_BUILD:-build}")
limits=${KRADING_LIMITS:+$(realpath "$KRADING_LIMITS")}
cases=${1:-10000} SECS=${SECS:-3} REPS=${REPS:-3} PORT=${PORT:-18090}
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

# loaded NAME URL: requests a second under wrk, and the server's CPU time a request.
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
loaded() {
    local name=$1 before after
    before=$(ticks)
    wrk -t1 -c64 -d"${SECS}s" -s "$scratch/codes.lua" "$2" >"$scratch/wrk.txt"
    after=$(ticks)
    awk -v name="$name" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '
        $2 == "requests" { n = $1 }
        /Requests\/sec/ { print name, $2, "requests/s" }
        /Non-2xx|Socket errors/ { print "errors: " $0 >"/dev/stderr"; bad = 1 }
        END { printf "%s_cpu %.6g us/request\n", name, ticks / hz * 1e6 / n; exit bad }
    ' "$scratch/wrk.txt"
}
# busy NAME COMMAND... SECONDS: its lines, and the processor's time for one of what NAME counts.
busy() {
    local name=$1 TIMEFORMAT='%U %S'; shift
    { time "$@" >"$scratch/busy.txt"; } 2>"$scratch/time.txt"
    cat "$scratch/busy.txt"
    awk -v name="$name" -v secs="${!#}" '
        FNR == NR { if ($1 == name) n = $2 * secs; next }
        { printf "%s_cpu %.6g us/case\n", name, ($1 + $2) * 1e6 / n }
    ' "$scratch/busy.txt" "$scratch/time.txt"
}
await() {
    for _ in $(seq 200); do
        (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.05
    done
    say "nothing listens on port $1"
    return 1
}

measure_ours() {
    rm -rf "$scratch/office" "$scratch/office.codes"
    "$build/tests/bench/bench_engine" "$top/workflows" "$scratch/office" "$cases"
    "$build/tests/bench/bench_stream"
    command -v wrk >/dev/null || return 0
    "$build/daemon/kradingd" --data "$scratch/office" --listen "127.0.0.1:$PORT" \
        >"$scratch/kradingd.txt" 2>&1 & server=$!
    await "$PORT"
    loaded track "http://127.0.0.1:$PORT/track"
    kill "$server"; wait "$server" || true; server=
}

measure_limits() {
    local bin=$scratch/limits/build
    rm -rf "$scratch/store"; mkdir "$scratch/store"
    "$bin/db_load" bench "$scratch/store" "$cases" >/dev/null
    "$bin/lmdb_lookup" bench "$scratch/store" 1 2
    busy intake_bench_box_s0_g64 "$bin/intake_limit" bench "$scratch/store" 64 box 0 3
    "$bin/seal"
    rm -rf "$scratch/store"; mkdir "$scratch/store"
    "$bin/db_load" bench "$scratch/store" "$((cases < 40000 ? 40000 : cases))" >/dev/null
    "$bin/due_scan" bench "$scratch/store" fire
    command -v wrk >/dev/null || return 0
    "$bin/http_floor" "$((PORT + 1))" 1 & server=$!
    await "$((PORT + 1))"
    loaded floor "http://127.0.0.1:$((PORT + 1))/track"
    kill "$server"; { wait "$server"; } 2>/dev/null || true; server=
}

cat >"$scratch/codes.lua" <<END
local codes, n = {}, 0
for line in io.lines("$scratch/office.codes") do codes[#codes + 1] = line end
function request()
    n = n % #codes + 1
    return wrk.format("POST", "/track",
        {["Content-Type"] = "application/x-www-form-urlencoded"}, "code=" .. codes[n])
end
END
if [ -n "$limits" ]; then
    mkdir -p "$scratch/limits"
    cp "$limits"/*.[ch] "$limits/Makefile" "$scratch/limits/"
    make -s -C "$scratch/limits"
fi
for round in $(seq "$REPS"); do
    say "round $round of $REPS, $cases cases"
    measure_ours >>"$ours"
    [ -z "$limits" ] || measure_limits >>"$floor"
done

# Medians; the columns of a row: ours, the limit, 1 when less is better.
awk -v cases="$cases" '
    { seen[$1] = seen[$1] " " $2; unit[$1] = $3 }
    function median(name,   v, n, i, j, t) {
        n = split(seen[name], v, " ")
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) {
                t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
            }
        return v[int((n + 1) / 2)]
    }
    function row(what, a, b, less) {
        if (!(a in seen))
            return
        printf "%-28s %12.6g", what, median(a)
        if (b in seen)
            printf " %12.6g %6.3f", median(b),
                   less ? median(b) / median(a) : median(a) / median(b)
        printf "  %s\n", unit[a]
    }
    END {
        printf "%-28s %12s %12s %6s\n", cases " cases", "ours", "limit", "ratio"
        row("durable submission, 64", "submit_g64", "intake_bench_box_s0_g64")
        row("the same, CPU time", "submit_g64_cpu", "intake_bench_box_s0_g64_cpu", 1)
        # six readers and three custodians: the same loop with six seals more
        if ("seal_box_512" in seen) {
            seen["intake_nine"] = 1 / (1 / median("intake_bench_box_s0_g64") + 6 / median("seal_box_512"))
        }
        row("protected submission, 64", "protected_g64", "intake_nine")
        row("the same, CPU time", "protected_g64_cpu", "")
        row("look-up by code, engine", "lookup", "lmdb_lookup_bench_t1")
        row("deadlines fired, 1,000", "fire_g1000", "due_bench_fire")
        row("deadlines fired, 200", "fire_g200", "due_bench_fire")
        row("custodian\047s list and alerts", "custody", "")
        row("attachment sealed", "attach_seal", "stream_push")
        row("attachment opened", "attach_open", "stream_pull")
        row("attachment made ready", "attach_send", "stream_push")
        row("POST /track", "track", "floor")
        row("POST /track, CPU time", "track_cpu", "floor_cpu", 1)
    }' "$ours" "$floor"
