using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using VampNet.Fuzz;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference;

public class HostileGraphInferenceTests(ITestOutputHelper output)
{
    /// <summary>More cases than these run where the environment variable VAMPNET_MUTATIONS says how many.</summary>
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("VAMPNET_MUTATIONS"), out int cases)
        ? cases
        : 20_000;

    private static readonly HashSet<string> KnownIds =
    [
        .. new[] { typeof(InferenceDiagnosticIds), typeof(DiagnosticIds) }
            .SelectMany(static type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(static field => (string)field.GetRawConstantValue()!),
    ];

    [Fact]
    public void Run_MutatedGraphs_GivesOnlyDiagnostics()
    {
        KeyValuePair<string, byte[]>[] models = GoldenModels.Nodes.ToArray();
        (string Domain, string OpType)[] opTypes = OperatorRegistry
            .Default.Entries.Select(static entry => (entry.Domain, entry.OpType))
            .Distinct()
            .ToArray();
        var seen = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < Cases; i++)
        {
            using Model model = ModelReader.Read(models[i % models.Length].Value);
            GraphMutator.Mutate(model, opTypes, new Random(i));
            foreach (Diagnostic diagnostic in Run(model, $"case {i}, {models[i % models.Length].Key}"))
            {
                Assert.Contains(diagnostic.Id, KnownIds);
                Assert.StartsWith("Found ", diagnostic.Message);
                Assert.Contains("Expected ", diagnostic.Message);
                seen[diagnostic.Id] = seen.GetValueOrDefault(diagnostic.Id) + 1;
            }
        }

        output.WriteLine(string.Join(", ", seen.Select(static pair => $"{pair.Key}: {pair.Value}")));
        Assert.True(seen.Count >= 8, "The damage reaches too few checks.");
    }

    [Fact]
    public void Run_MutatedFiles_GivesOnlyDiagnostics()
    {
        byte[][] models = GoldenModels.Nodes.Values.ToArray();
        var random = new Random(20_240_301);
        int inferred = 0;
        for (int i = 0; i < Cases / 4; i++)
        {
            try
            {
                using Model model = ModelReader.Read(ModelMutator.Mutate(models[i % models.Length], random));
                Run(model, $"case {i}");
                inferred++;
            }
            catch (OnnxException exception)
            {
                Assert.Contains(exception.Id, KnownIds);
            }
        }

        Assert.InRange(inferred, Cases / 40, Cases / 4);
    }

    private static ImmutableArray<Diagnostic> Run(Model model, string label)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return ShapeInferencePass.Run(model).Diagnostics;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{label}: {exception.Message}", exception);
        }
        finally
        {
            // Small graphs: whoever takes this long is caught in a loop that the graph asked for.
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"{label} took {clock.Elapsed}.");
        }
    }
}
