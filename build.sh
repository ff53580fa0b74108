#!/usr/bin/env bash
# ./build.sh [TASK] [--option value]...   ./build.sh --help lists the tasks and options; no TASK runs the whole pipeline.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if ! command -v dotnet > /dev/null; then
  echo "Found no dotnet on the PATH. Install the .NET 10 SDK, then run this again." >&2
  exit 1
fi

arguments=("--from=$PWD")
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  arguments+=("--task=help")
  shift
elif [[ $# -gt 0 && $1 != -* ]]; then
  arguments+=("--task=$1")
  shift
fi

cd "$root"
dotnet tool restore --verbosity quiet > /dev/null
exec dotnet cake build.cake --no-report "${arguments[@]}" "$@"
