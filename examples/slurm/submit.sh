#!/bin/bash
# Submits a run to Slurm, as a chain of jobs in which each waits for the one before:
#   WORDMILL_STORAGE=/shared/wordmill ./submit.sh job.yaml june
# All nodes need wordmill, and the text and the storage under the same paths. Prints the number of the last job.
set -euo pipefail

pipeline=$1
run=$2
here=$(cd "$(dirname "$0")" && pwd)
: "${WORDMILL_STORAGE:?set WORDMILL_STORAGE to a folder that all nodes share, or to s3://BUCKET/PREFIX}"

# Prints how many shards and how many rounds of training the run has.
read -r shards rounds < <(wordmill shard plan "$pipeline" --run "$run")
array=0-$((shards - 1))

last=
submit() { # OPTIONS… -- ARGUMENTS…
  local options=()
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  if [ -n "$last" ]; then options+=(--dependency="afterok:$last"); fi
  last=$(sbatch --parsable --kill-on-invalid-dep=yes ${options[@]+"${options[@]}"} "$here/step.sh" "$run" "$@")
  last=${last%%;*} # --parsable adds the cluster's name after a semicolon.
}

submit --array="$array" -- ingest
submit -- merge
submit --array="$array" -- encode
if [ "$rounds" -gt 0 ]; then
  for ((round = 0; round < rounds; round++)); do
    submit --array="$array" -- train --round "$round"
    submit -- average --round "$round"
  done
else # GloVe trains on the co-occurrences of all shards together.
  submit --array="$array" -- cooccur
  submit -- cooccur
fi
# Writes what the definition names as its sinks.
submit -- finish
echo "$last"
