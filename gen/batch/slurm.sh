#!/bin/sh
# slurm.sh: a batch of reports as a Slurm array. Every task makes its part in OUT/<task>; a last job joins the parts
# in OUT and makes there what is still missing. DATA and OUT must have the same path on every node.
#
#   sh slurm.sh --submit 4 DATA OUT [options of batch]      the array and the last job
#   sbatch --array=1-4 slurm.sh DATA OUT [options]          the array alone
#   sbatch --dependency=afterany:JOB slurm.sh --merge DATA OUT [options]
#
# BAOCAO: the program, where it is not in PATH. SHARDS: the number of parts, to run some tasks of an array again:
#   SHARDS=4 sbatch --array=3 slurm.sh DATA OUT
#
#SBATCH --job-name=baocao
#SBATCH --cpus-per-task=2
set -eu
baocao=${BAOCAO:-baocao}

fail() {
  echo "slurm.sh: $1" >&2
  exit 2
}

mode=part
case "${1:-}" in
--submit)
  mode=submit
  parts=${2:-}
  case "$parts" in '' | 0 | *[!0-9]*) fail "--submit cần số phần / takes the number of parts" ;; esac
  shift 2
  ;;
--merge)
  mode=merge
  shift
  ;;
esac
[ $# -ge 2 ] || fail "cần thư mục số liệu và thư mục kết quả / takes the folder of data and that of the outputs"
data=$1 out=$2
shift 2

# One part of the batch. A part that fails leaves the others alone; the last job tries its reports again.
part() {
  id=${SLURM_ARRAY_TASK_ID:-}
  [ -n "$id" ] || fail "chạy bằng sbatch --array=1-N / run by sbatch --array=1-N"
  n=${SHARDS:-$SLURM_ARRAY_TASK_COUNT}
  # A part is known by its number among 1-N: any other array would leave some out, or make some twice.
  [ -n "${SHARDS:-}" ] || { [ "$SLURM_ARRAY_TASK_MIN" = 1 ] && [ "$SLURM_ARRAY_TASK_MAX" = "$n" ]; } ||
    fail "mảng phải là 1-N, hoặc đặt SHARDS=N / the array must be 1-N, or set SHARDS=N"
  exec "$baocao" batch "$data" -o "$out/$id" --shard "$id/$n" -j "${SLURM_CPUS_PER_TASK:-1}" "$@"
}

join() {
  set --
  for dir in "$out"/[0-9]*/; do
    [ -f "${dir}baocao.db" ] && set -- "$@" "${dir%/}"
  done
  [ $# -gt 0 ] || fail "không có phần nào trong $out / no part in $out"
  "$baocao" batch "$@" -o "$out" --merge
}

case $mode in
submit)
  array=$(sbatch --parsable --array="1-$parts" "$0" "$data" "$out" "$@")
  last=$(sbatch --parsable --dependency="afterany:${array%%;*}" "$0" --merge "$data" "$out" "$@")
  echo "${array%%;*} ${last%%;*}"
  ;;
part) part "$@" ;;
merge)
  join || true
  for option; do # the parts have made everything again already
    shift
    [ "$option" = --force ] || set -- "$@" "$option"
  done
  exec "$baocao" batch "$data" -o "$out" -j "${SLURM_CPUS_PER_TASK:-1}" "$@"
  ;;
esac
