#!/bin/sh
# bench.sh BUILD: what a report costs. Figures to read, never to assert: machines are shared.
set -eu
build=$1
export BAOCAO_TEMPLATES=templates
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Inclusive instructions of the stages: profiles of 1 and of 11 reports. What a stage does once a process
# (fonts, the template) falls out of the difference; the template is told apart, from the first.
inclusive() {
  callgrind_annotate --inclusive=yes --threshold=100 "$1" 2>/dev/null |
    sed -nE 's/^ *([0-9,]+) \([^)]*\)  ([^=].*):([A-Za-z_]+) \[.*/\3 \1/p' | tr -d ,
}

stages() {
  inclusive "$1" >"$work/first"
  inclusive "$2" >"$work/last"
  awk '
    FNR == NR { first[$1] = $2; next }
    { each[$1] = ($2 - first[$1]) / 10000 }
    function tell(name, k) { printf "  %-44s %7.0fk\n", name, k; rest -= k }
    END {
      rest = each["engine_make"]
      values = each["formulas_run"] + each["check_computed"]
      checks = each["rules_run"] + each["check_unique"] + each["check_foreign"]
      printf "instructions of the stages, both, each further report\n"
      tell("load and type the data", each["report_load"] + each["check_report"] - values - checks)
      tell("evaluate computed values", values)
      tell("checks and keys", checks)
      tell("register of documents", each["register_report"])
      tell("merge and normalise", each["merge_report"] + each["doc_official"] + each["doc_normalise"])
      tell("layout", each["layout_pages"])
      tell("PDF", each["pdf_write"])
      tell("XLSX", each["xlsx_write"])
      printf "  %-44s %7.0fk\n", "the rest: files, messages, memory", rest
      printf "  %-44s %7.0fk\n", "once a process: compile the template", first["tmpl_load"] / 1000
    }' "$work/first" "$work/last"
}

# What bounds a batch: the functions of the worker of 40 communes, its profile being the longest.
batch_profile() {
  python3 tests/make_batch.py "$work/forty" 40
  valgrind --tool=callgrind --trace-children=yes --callgrind-out-file="$work/worker.%p" \
    ./baocao batch "$work/forty" -o "$work/forty-out" -j1 >/dev/null 2>&1
  worker=$(grep -a '^totals:' "$work"/worker.* | sort -t: -k3n | tail -1 | cut -d: -f1)
  total=$(sed -n 's/^totals: //p' "$worker")
  echo "instructions of a worker of a batch: $((total / 40000))k a report, start included; its functions:"
  callgrind_annotate "$worker" 2>/dev/null | sed -n '/^Ir  *file:function/,$p' | sed -n '3,12p' | cut -c1-130
}

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
  stages "$work/cg.both.1" "$work/cg.both.11"
  batch_profile
fi

python3 tests/make_big.py "$work/bang-lon" 100000
for what in pdf+xlsx; do
  /usr/bin/time -f "table of 100,000 x 8 cells, $what: %e s, %M KB" ./baocao gen "$work/bang-lon" -o "$work/out" >/dev/null
done
ls -l "$work/out" | awk 'NR > 1 { print "  " $9 ": " $5 " bytes" }'

# All communes; fewer with COMMUNES=100.
python3 tests/bench_batch.py ./baocao
