using VampNet.Fuzz;

namespace VampNet.Onnx.Tests;

public sealed class HostileModelTests
{
    private const int ModelCases = 20_000;
    private const int HeaderCases = 2_000;

    [Fact]
    public void Read_MutatedModelsAndExternalDataHeaders_GiveOnlyDiagnostics()
    {
        using TemporaryFolder folder = new();
        MutationResult result = new MutationCases([.. GoldenModels.Nodes.Values], folder.Root).Run(20_240_229, ModelCases + HeaderCases);
        Assert.Null(result.Failure);
        Assert.InRange(result.Headers, HeaderCases - 1, HeaderCases + 1);
        Assert.InRange(result.Accepted, result.Cases / 10, result.Cases - 1);
        Assert.Equal(["m.onnx.data"], folder.FileNames);
    }

    [Fact]
    public void Mutate_ExternalDataHeader_IsMostlyRefused()
    {
        using TemporaryFolder folder = new();
        ExternalHeader header = new(folder.Root);
        Random random = new(7);
        HashSet<string> ids = [];
        int refused = 0;
        for (int i = 0; i < HeaderCases; i++)
        {
            try
            {
                using Model model = ModelReader.Read(header.Mutate(random), folder.Root);
                _ = ModelWriter.ToBytes(model);
            }
            catch (OnnxException exception)
            {
                ids.Add(exception.Id);
                refused++;
            }
        }

        Assert.InRange(refused, HeaderCases / 2, HeaderCases - 1);
        Assert.Superset(
            new HashSet<string> { DiagnosticIds.ExternalMalformed, DiagnosticIds.ExternalMissing, DiagnosticIds.ExternalOutOfRange },
            ids
        );
    }

    [Fact]
    public void Run_OneSeedAlone_IsTheCaseOfTheLongRun()
    {
        using TemporaryFolder folder = new();
        MutationCases cases = new([.. GoldenModels.Nodes.Values], folder.Root);
        MutationResult together = cases.Run(100, 60, optimizes: true);
        MutationResult[] apart = [.. Enumerable.Range(100, 60).Select(seed => cases.Run(seed, 1, optimizes: true))];
        Assert.Null(together.Failure);
        Assert.Equal(
            (together.Cases, together.Headers, together.Accepted),
            (apart.Sum(one => one.Cases), apart.Sum(one => one.Headers), apart.Sum(one => one.Accepted))
        );
    }

    [Fact]
    public void Run_SomethingElseThanADiagnostic_EndsWithItsSeed()
    {
        using TemporaryFolder folder = new();
        MutationCases cases = new([null!], folder.Root);
        MutationResult result = cases.Run(MutationCases.HeaderShare, 5);
        Assert.Equal((2, 1, MutationCases.HeaderShare + 1), (result.Cases, result.Headers, result.Failure!.Seed));
        Assert.Contains(nameof(ArgumentNullException), result.Failure.What, StringComparison.Ordinal);
    }
}
