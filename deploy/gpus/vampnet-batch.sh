#!/bin/bash
# A batch on all NVIDIA GPUs of one machine: a process for each, which does its part. README.md beside this file is the guide.
#
#   vampnet-batch.sh vamp music --out vamped --models models/demo --seed 7
#   GPUS=2 vampnet-batch.sh encode music --out codes --models models/demo

set -uo pipefail

if (($# == 0)); then
  echo "Found no arguments. Expected those of vampnet batch, such as: vamp music --out vamped --models models/demo" >&2
  exit 2
fi

# GPUS says how many to use; without it, all that the driver lists.
gpus="${GPUS:-$(nvidia-smi --list-gpus 2> /dev/null | wc -l)}"
if ! [[ "$gpus" =~ ^[1-9][0-9]*$ ]]; then
  echo "Found $gpus GPUs. Expected at least one: nvidia-smi --list-gpus lists those of the driver, GPUS=N names another number." >&2
  exit 1
fi

# What ends the script ends its processes; each then removes what it had not finished.
processes=()
trap 'kill -TERM "${processes[@]}" 2> /dev/null' INT TERM HUP

for ((gpu = 0; gpu < gpus; gpu++)); do
  # VAMPNET names the command where it is not on the PATH.
  "${VAMPNET:-vampnet}" batch "$@" --keep-going --shard "$gpu/$gpus" --provider "cuda:$gpu" &
  processes+=($!)
done

# The exit code is the largest of theirs. A wait that a signal ends is taken up again.
code=0
for process in "${processes[@]}"; do
  while
    wait "$process"
    ended=$?
    kill -0 "$process" 2> /dev/null
  do :; done
  ((ended > code)) && code=$ended
done
exit "$code"
