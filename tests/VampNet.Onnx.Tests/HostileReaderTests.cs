using VampNet.Fuzz;

namespace VampNet.Onnx.Tests;

/// <summary>Damages the files and texts that inputs are read from.</summary>
public sealed class HostileReaderTests
{
    private const int Cases = 3_000;

    public static TheoryData<string> Formats => [.. new ReaderCases("").Formats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_DamagedInputs_GiveOnlyDiagnostics(string format)
    {
        using TemporaryFolder folder = new();
        MutationResult result = new ReaderCases(folder.Root).Run(format, 20_260_301, Cases);
        Assert.Null(result.Failure?.What);
        Assert.InRange(result.Accepted, 1, result.Cases);
    }
}
