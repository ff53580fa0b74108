using System.Diagnostics;

namespace VampNet.Cli.Tests.Completion;

public sealed class CompletionCommandTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "vampnet.dll");

    [Theory]
    [InlineData("bash", "complete -o bashdefault -o default -F _vampnet vampnet")]
    [InlineData("zsh", "compdef _vampnet vampnet")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName vampnet")]
    [InlineData("fish", "complete --command vampnet")]
    public async Task Run_AShell_PrintsAScriptThatAsksVampnet(string shell, string registration)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("completion", shell);

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains(registration, outcome.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnotherShell_IsWrongUsageThatListsThem()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("completion", "tcsh");

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains("Found \"tcsh\" for SHELL. Expected one of: bash, zsh, pwsh, fish.", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "inspect export vamp doctor completion")]
    [InlineData("ex", "export")]
    [InlineData("completion ", "bash zsh pwsh fish")]
    [InlineData("quantize --scheme ", "dynamic static auto float16")]
    [InlineData("vamp --per", "--periodic-prompt")]
    public async Task Suggest_PartOfACommandLine_ListsTheWordsThatFit(string line, string expected)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        string[] words = outcome.Output.Split('\n', StringSplitOptions.TrimEntries);
        Assert.All(expected.Split(' '), word => Assert.Contains(word, words));
    }

    [Theory]
    [InlineData("vampnet ex", "vampnet ex", "export")]
    [InlineData("vampnet completion ", "vampnet completion ''", "bash zsh pwsh fish")]
    [InlineData("vampnet quantize --scheme wei", "vampnet quantize --scheme wei", "weight-only-8 weight-only-4")]
    public void Bash_PressingTab_OffersWhatFits(string line, string words, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash is for other systems.");
        string script = $"""
            source <(dotnet exec '{Program}' completion bash)
            vampnet() {"{"} dotnet exec '{Program}' "$@"; {"}"}
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({words}) COMP_CWORD=$(({words.Split(' ').Length} - 1))
            _vampnet
            printf '%s\n' "{"${COMPREPLY[@]}"}"
            """;

        string[] offered = Run("bash", "-c", script).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(expected.Split(' '), word => Assert.Contains(word, offered));
        Assert.All(offered, word => Assert.StartsWith(line[(line.LastIndexOf(' ') + 1)..], word, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("zsh", "-n")]
    [InlineData("fish", "--no-execute")]
    public void Script_OfAShellThatIsHere_Parses(string shell, string check)
    {
        Assert.SkipUnless(IsInstalled(shell), $"There is no {shell} on this machine.");
        string path = Path.GetTempFileName();
        File.WriteAllText(path, Run("dotnet", "exec", Program, "completion", shell));
        try
        {
            Run(shell, check, path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static bool IsInstalled(string shell) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, shell)));

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}
