#!/bin/sh
# bench.sh BUILD: what a report costs. Figures to read, never to assert: machines are shared.
set -eu
build=$1
export BAOCAO_TEMPLATES=templates
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$build/bench" samples/trung-thanh 100 ./baocao

# Instructions of one more report: the difference between 1 and 11 of them. The first has the start of
# the program, the compiling of the template and the font subsets in it. tests/bench-baseline.txt holds
# the figures that later work is compared with.
if command -v valgrind >/dev/null 2>&1; then
  for kind in pdf untagged xlsx both; do
    for runs in 1 11; do
      valgrind --tool=callgrind --callgrind-out-file="$work/cg.$kind.$runs" \
        "$build/bench" samples/trung-thanh "$runs" ./baocao "$kind" >/dev/null 2>"$work/log.$kind.$runs"
    done
    first=$(sed -n 's/.*Collected : //p' "$work/log.$kind.1")
    last=$(sed -n 's/.*Collected : //p' "$work/log.$kind.11")
    echo "instructions, $kind: each further report $(((last - first) / 10000))k, the first with program start $((first / 1000))k"
  done
  callgrind_annotate "$work/cg.both.11" 2>/dev/null | sed -n '/^Ir/,$p' | cut -c1-120 | head -14
fi

python3 tests/make_big.py "$work/bang-lon" 100000
for what in pdf+xlsx; do
  /usr/bin/time -f "table of 100,000 x 8 cells, $what: %e s, %M KB" ./baocao gen "$work/bang-lon" -o "$work/out" >/dev/null
done
ls -l "$work/out" | awk 'NR > 1 { print "  " $9 ": " $5 " bytes" }'
