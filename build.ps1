# ./build.ps1 [TASK] [--option value]...   ./build.ps1 --help lists the tasks and options; no TASK runs the whole pipeline.
$ErrorActionPreference = 'Stop'
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    Write-Error 'Found no dotnet on the PATH. Install the .NET 10 SDK, then run this again.'
}

$arguments = @("--from=$PWD")
$rest = @($args)
if ($rest.Count -gt 0 -and "$($rest[0])" -in '--help', '-h') {
    $arguments += '--task=help'
    $rest = @($rest | Select-Object -Skip 1)
}
elseif ($rest.Count -gt 0 -and -not "$($rest[0])".StartsWith('-')) {
    $arguments += "--task=$($rest[0])"
    $rest = @($rest | Select-Object -Skip 1)
}

Push-Location $PSScriptRoot
try {
    dotnet tool restore --verbosity quiet | Out-Null
    if ($LASTEXITCODE -eq 0) { dotnet cake build.cake --no-report @arguments @rest }
    exit $LASTEXITCODE
}
finally {
    Pop-Location
}
