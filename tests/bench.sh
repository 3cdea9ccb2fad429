#!/bin/sh
# bench.sh BUILD: what a report costs. Figures to read, never to assert: machines are shared.
set -eu
build=$1
export BAOCAO_TEMPLATES=templates
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$build/bench" samples/trung-thanh 100 ./baocao

if command -v valgrind >/dev/null 2>&1; then
  for runs in 1 11; do
    valgrind --tool=callgrind --callgrind-out-file="$work/cg.$runs" \
      "$build/bench" samples/trung-thanh "$runs" >/dev/null 2>"$work/log.$runs"
  done
  python3 - "$work" <<'PY'
import re, sys
total = lambda n: int(re.search(r"Collected : (\d+)", open("%s/log.%s" % (sys.argv[1], n)).read()).group(1))
one, eleven = total(1), total(11)
print("instructions (callgrind): first report with program start %.1f M, each further report %.1f M" % (
    one / 1e6, (eleven - one) / 10e6))
PY
  callgrind_annotate "$work/cg.11" 2>/dev/null | sed -n '/Ir.*file:function/,$p' | head -14
fi

python3 tests/make_big.py "$work/bang-lon" 100000
for what in pdf+xlsx; do
  /usr/bin/time -f "table of 100,000 x 8 cells, $what: %e s, %M KB" ./baocao gen "$work/bang-lon" -o "$work/out" >/dev/null
done
ls -l "$work/out" | awk 'NR > 1 { print "  " $9 ": " $5 " bytes" }'
