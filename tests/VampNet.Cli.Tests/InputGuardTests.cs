using System.Diagnostics;
using VampNet.Cli.Tests.Music;

namespace VampNet.Cli.Tests;

/// <summary>Inputs that never end, or that nobody writes to, are refused at once or read to a bound.</summary>
public sealed class InputGuardTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> ReadersOfFiles =>
        [
            "inspect PIPE",
            "optimize PIPE OUT.onnx",
            "quantize PIPE OUT.onnx",
            "decode PIPE OUT.wav --models MODELS",
            "vamp IN OUT.wav --models MODELS --settings PIPE",
            "vamp IN OUT.wav --models MODELS --mask PIPE",
            "vamp IN OUT.wav --models MODELS --onsets PIPE",
            "vamp IN OUT.wav --models MODELS --beats PIPE",
            "report MODELS --out OUT --input PIPE",
            "report MODELS --out OUT --against PIPE",
        ];

    [Theory]
    [MemberData(nameof(ReadersOfFiles))]
    public async Task Pipe_ThatNobodyWritesTo_IsRefusedAtOnce(string line)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells a pipe from a file here.");

        CapturedTerminal.Outcome outcome = await RunAsync(line, MakePipe());

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith("error VNL0024: Found a pipe at ", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ReadersOfFiles))]
    [InlineData("vamp PIPE OUT.wav --models MODELS")]
    [InlineData("encode PIPE OUT.safetensors --models MODELS")]
    public async Task Device_ThatNeverEnds_IsRefusedAtOnce(string line)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has this device.");

        CapturedTerminal.Outcome outcome = await RunAsync(line, "/dev/zero");

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith("error VNL0024: Found a device at /dev/zero.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encode_SoundFromAPipe_GivesTheCodesOfTheFile()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells a pipe from a file here.");
        string pipe = MakePipe();
        using Process writer = Process.Start("sh", ["-c", $"cat '{exported.Sound}' > '{pipe}'"]);

        Assert.Equal(ExitCode.Done, (await RunAsync("encode PIPE piped.safetensors --models MODELS", pipe)).ExitCode);
        Assert.Equal(ExitCode.Done, (await RunAsync("encode IN file.safetensors --models MODELS", pipe)).ExitCode);

        Assert.Equal(File.ReadAllBytes(_folder.At("file.safetensors")), File.ReadAllBytes(_folder.At("piped.safetensors")));
    }

    [Fact]
    public async Task Vamp_TextOfMoreThanTheBound_IsRefusedUnread()
    {
        string mask = _folder.At("mask.txt");
        using (FileStream sparse = File.Create(mask))
        {
            sparse.SetLength(TextInput.MostBytes + 1L);
        }

        CapturedTerminal.Outcome outcome = await RunAsync("vamp IN OUT.wav --models MODELS --mask PIPE", mask);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith("error VNL0025: ", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string MakePipe()
    {
        string pipe = _folder.At("pipe");
        using var made = Process.Start("mkfifo", [pipe]);
        made.WaitForExit();
        return pipe;
    }

    private Task<CapturedTerminal.Outcome> RunAsync(string line, string pipe) =>
        CapturedTerminal.RunAsync([
            .. line.Split(' ')
                .Select(word =>
                    word switch
                    {
                        "PIPE" => pipe,
                        "IN" => exported.Sound,
                        "MODELS" => exported.Models,
                        _ when word.Contains('.', StringComparison.Ordinal) || word == "OUT" => _folder.At(word),
                        _ => word,
                    }
                ),
        ]);
}
