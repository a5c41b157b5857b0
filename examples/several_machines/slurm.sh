#!/bin/bash
#SBATCH --job-name=tf_dnnh
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=12:00:00
#SBATCH --signal=TERM@120
#SBATCH --requeue

# Trains on several machines: sbatch slurm.sh --dataset=cifar10 --data_dir=DIR.
# Arguments go to trainers.main. --workdir must be on a disk that all share.
# SIGTERM comes two minutes before the time is up: the workers save and exit
# with 143, and the job is queued again.

set -u
port=${PORT:-22222}
mapfile -t hosts < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
list=$(printf '"%s:'"$port"'",' "${hosts[@]}")
export CLUSTER="{\"worker\": [${list%,}]}"

srun --kill-on-bad-exit=1 bash -c '
  task="{\"type\": \"worker\", \"index\": $SLURM_PROCID}"
  export TF_CONFIG="{\"cluster\": $CLUSTER, \"task\": $task}"
  exec python -m trainers.main --strategy=multi_worker "$@"
' worker "$@"
status=$?
if [ "$status" -eq 143 ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
