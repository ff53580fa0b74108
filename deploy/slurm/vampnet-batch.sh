#!/bin/bash
# A Slurm job array over many files: each task does its part of the batch. README.md beside this file is the guide.
#
#   sbatch vampnet-batch.sh vamp music --out vamped --models models/demo --seed 7
#   sbatch --array=0-31 --cpus-per-task=8 vampnet-batch.sh encode music --out codes --models models/demo

#SBATCH --job-name=vampnet-batch
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=vampnet-batch-%A-%a.log

set -euo pipefail

if (($# == 0)); then
  echo "Found no arguments. Expected those of vampnet batch, such as: vamp music --out vamped --models models/demo" >&2
  exit 2
fi

# VAMPNET names the command where it is not on the PATH.
# The number of threads is given, so that all tasks round alike, whatever cores their machines have.
# exec: the signals of Slurm reach vampnet itself.
exec "${VAMPNET:-vampnet}" batch "$@" --keep-going --threads "${SLURM_CPUS_PER_TASK:-1}"
