#!/bin/bash
# One step of a run, as a Slurm job; in a job array, the step of one shard. submit.sh submits it.
#   sbatch --array=0-7 step.sh RUN ingest
#   sbatch step.sh RUN merge
# The storage comes from the environment (WORDMILL_STORAGE), which sbatch hands on. A step that was done already does
# nothing, so that a job may be run again, by Slurm (--requeue) or by hand.
#SBATCH --job-name=wordmill
#SBATCH --requeue
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
set -euo pipefail

run=$1
step=$2
shift 2
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  set -- --shard "$SLURM_ARRAY_TASK_ID" "$@"
fi
# exec: what Slurm sends (SIGTERM at the time limit) reaches wordmill itself, which ends cleanly.
exec wordmill shard "$step" --run "$run" "$@"
