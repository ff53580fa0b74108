using System.CommandLine;

namespace VampNet.Cli.Tests;

/// <summary>Every option of every command, with values that no option takes.</summary>
public sealed class WrongValueTests
{
    public static TheoryData<string, string, string> Numbers =>
        Cases(IsNumber, "abc", "1e999", "-1", "99999999999", "", "NaN", "0x10", "1,5");

    public static TheoryData<string, string, string> Paths =>
        Cases(option => option.ValueType == typeof(FileInfo) || option.ValueType == typeof(DirectoryInfo), "", " ", "a\0b");

    public static TheoryData<string, string, string> Words => Cases(IsText, "", "no such word");

    /// <summary>Options that take any text but none at all: names, patterns, and paths that are looked up later.</summary>
    private static readonly HashSet<string> FreeTexts =
    [
        "--tag",
        "--license",
        "--include",
        "--exclude",
        "--calibration",
        "--judge-on",
        "--check-on",
        "--session-cache",
    ];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Parse_ANumberOutOfRange_IsWrongUsageThatNamesTheOption(string command, string option, string value)
    {
        (int exitCode, string error) = await RunAsync(command, option, value);

        Assert.Equal(ExitCode.WrongUsage, exitCode);
        if ((option, value) is not (("--seed", "99999999999") or ("--pitch-shift", "-1") or ("--loudness-cutoff", "-1")))
        {
            Assert.Contains($"Found \"{value}\" for {option}. Expected ", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Parse_NoPath_IsWrongUsageThatNamesTheOption(string command, string option, string value)
    {
        (int exitCode, string error) = await RunAsync(command, option, value);

        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains($"for {option}. Expected a path.", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Parse_AWrongWord_IsWrongUsageThatNamesTheOption(string command, string option, string value)
    {
        (int exitCode, string error) = await RunAsync(command, option, value);

        Assert.Equal(ExitCode.WrongUsage, exitCode);
        if (value.Length == 0)
        {
            Assert.Contains(option, error, StringComparison.Ordinal);
        }
        else if (!FreeTexts.Contains(option))
        {
            Assert.Contains($"Found \"{value}\" for {option}", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("inspect", "")]
    [InlineData("optimize", "", "out.onnx")]
    [InlineData("vamp", "in.wav", "", "--models", "m")]
    [InlineData("decode", "codes.safetensors", " ", "--models", "m")]
    public async Task Parse_AnEmptyArgument_IsWrongUsage(params string[] arguments)
    {
        using var captured = new CapturedTerminal();

        Assert.Equal(
            ExitCode.WrongUsage,
            await CommandLineHost.RunAsync(arguments, captured.Terminal, TestContext.Current.CancellationToken)
        );
        Assert.Contains("Expected a path.", captured.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect, explain, export, ", "frobnicate")]
    [InlineData("vamp, encode, decode, quantize, summary.", "batch", "frobnicate", "--out", "x")]
    public async Task Parse_AnUnknownCommand_IsWrongUsageThatListsTheCommands(string list, params string[] arguments)
    {
        using var captured = new CapturedTerminal();

        Assert.Equal(
            ExitCode.WrongUsage,
            await CommandLineHost.RunAsync(arguments, captured.Terminal, TestContext.Current.CancellationToken)
        );
        Assert.StartsWith("error VNL0001: Found \"frobnicate\". Expected one of: ", captured.Error, StringComparison.Ordinal);
        Assert.Contains(list, captured.Error, StringComparison.Ordinal);
        Assert.Equal(2, captured.Error.Count(letter => letter == '\n'));
    }

    [Theory]
    [InlineData("quantize", "--smooth-quant", "--smooth")]
    [InlineData("quantize", "--gptq", "--compensate")]
    [InlineData("batch quantize", "--smooth-quant", "--smooth")]
    [InlineData("batch quantize", "--gptq", "--compensate")]
    [InlineData("optimize", "--no-check", "--no-proof")]
    public void Options_ThatWereRenamed_KeepTheirOldNames(string command, string option, string old)
    {
        using var captured = new CapturedTerminal();
        Command owner = Commands(VampNetCommand.Create(captured.Terminal), "").Single(each => each.Path == command).Command;

        Assert.Contains(old, owner.Options.Single(each => each.Name == option).Aliases);
    }

    [Fact]
    public void Options_ThatTakeNumbers_HaveParsersOfTheirOwn() => Assert.True(Numbers.Count > 8 * 30, $"{Numbers.Count}");

    private static async Task<(int ExitCode, string Error)> RunAsync(string command, string option, string value)
    {
        using var captured = new CapturedTerminal();
        // Required arguments are missing too; what counts is what is said of this option.
        int exitCode = await CommandLineHost.RunAsync(
            [.. command.Split(' '), option, value],
            captured.Terminal,
            TestContext.Current.CancellationToken
        );
        Assert.DoesNotContain("System.", captured.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("`1", captured.Error, StringComparison.Ordinal);
        Assert.Empty(captured.Output);
        return (exitCode, captured.Error);
    }

    private static bool IsText(Option option) =>
        option.Arity.MaximumNumberOfValues > 0
        && option.ValueType != typeof(bool)
        && !IsNumber(option)
        && !typeof(FileSystemInfo).IsAssignableFrom(option.ValueType.GetElementType() ?? option.ValueType);

    private static bool IsNumber(Option option)
    {
        Type type = option.ValueType.GetElementType() ?? Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type.IsPrimitive && type != typeof(bool);
    }

    private static TheoryData<string, string, string> Cases(Predicate<Option> isWanted, params string[] values)
    {
        using var captured = new CapturedTerminal();
        TheoryData<string, string, string> cases = [];
        foreach ((string path, Command command) in Commands(VampNetCommand.Create(captured.Terminal), ""))
        {
            foreach (Option option in command.Options.Where(option => isWanted(option)))
            {
                foreach (string value in values)
                {
                    cases.Add(path, option.Name, value);
                }
            }
        }

        return cases;
    }

    private static IEnumerable<(string Path, Command Command)> Commands(Command parent, string path) =>
        parent.Subcommands.SelectMany(command => Commands(command, $"{path}{command.Name} ").Prepend(($"{path}{command.Name}", command)));
}
