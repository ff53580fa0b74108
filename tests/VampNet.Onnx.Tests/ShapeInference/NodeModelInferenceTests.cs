using VampNet.Onnx.ShapeInference;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>
/// 571 one-operator models with static shapes: all that the files declare, but the inputs' types, is removed, inferred again, and compared.
/// Two tables name the exceptions: models that need the value of an input, which is then given, and models whose result's length
/// is not known before they run.
/// </summary>
public class NodeModelInferenceTests(ITestOutputHelper output)
{
    /// <summary>How many models of all may have a length that inference cannot tell.</summary>
    private const double MaxDataDependent = 0.03;

    private static readonly ILookup<string, string[]> Parameters =
        Table("node-model-parameters.tsv").ToLookup(static row => row[0], static row => row);

    private static readonly HashSet<string> DataDependent = [.. Table("data-dependent-node-models.tsv").Select(static row => row[0])];

    [Fact]
    public void Run_EveryNodeModel_InfersEveryElementType()
    {
        foreach (var (name, bytes) in GoldenModels.Nodes)
        {
            foreach (var (declared, inferred) in Infer(name, bytes, givesParameters: false, out _))
                Assert.True(ElementsOf(declared) == ElementsOf(inferred), $"{name}: found {inferred}, expected {declared}");
        }
    }

    [Fact]
    public void Run_EveryNodeModel_InfersEveryShapeThatCanBeKnown()
    {
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, bytes) in GoldenModels.Nodes)
        {
            foreach (var (declared, inferred) in Infer(name, bytes, givesParameters: true, out _))
            {
                Assert.False(Contradicts(declared, inferred), $"{name}: found {inferred}, expected {declared}");
                if (!SaysAsMuch(declared, inferred)) unknown.Add(name);
            }
        }

        output.WriteLine($"{unknown.Count} of {GoldenModels.Nodes.Count} models have a length that depends on data; {Parameters.Count} need the value of an input.");
        Assert.Equal(DataDependent.Order(StringComparer.Ordinal), unknown);
        Assert.True(unknown.Count <= MaxDataDependent * GoldenModels.Nodes.Count);
    }

    [Fact]
    public void Run_NodeModelWithoutParameters_IsVagueButNotWrong()
    {
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, bytes) in GoldenModels.Nodes)
        {
            foreach (var (declared, inferred) in Infer(name, bytes, givesParameters: false, out _))
            {
                Assert.False(Contradicts(declared, inferred), $"{name}: found {inferred}, expected {declared}");
                if (!SaysAsMuch(declared, inferred)) unknown.Add(name);
            }
        }

        Assert.Equal(DataDependent.Concat(Parameters.Select(static rows => rows.Key)).Order(StringComparer.Ordinal), unknown);
    }

    [Fact]
    public void Run_EveryNodeModel_ReportsNothing()
    {
        foreach (var (name, bytes) in GoldenModels.Nodes)
        {
            Infer(name, bytes, givesParameters: true, out var result);
            Assert.True(result.Diagnostics.IsEmpty, $"{name}: {string.Join("; ", result.Diagnostics)}");
        }
    }

    [Fact]
    public void Run_Twice_ModifiesOnceOnly()
    {
        foreach (var bytes in GoldenModels.Nodes.Values)
        {
            using var model = ModelReader.Read(bytes);
            DeclaredTypes.Remove(model);
            Assert.True(ShapeInferencePass.Run(model).Modified);
            Assert.False(ShapeInferencePass.Run(model).Modified);
        }
    }

    private static (ValueType? Declared, ValueType? Inferred)[] Infer(
        string name, byte[] bytes, bool givesParameters, out ShapeInferenceResult result)
    {
        using var model = ModelReader.Read(bytes);
        var declared = model.Graph.Outputs.Select(static value => value.Type).ToArray();
        DeclaredTypes.Remove(model);
        if (givesParameters)
        {
            foreach (var row in Parameters[name]) GiveParameter(model.Graph, row[1], row[2].Split(' '));
        }

        result = ShapeInferencePass.Run(model);
        return [.. declared.Zip(model.Graph.Outputs.Select(static value => value.Type))];
    }

    /// <summary>Makes an input a constant.</summary>
    private static void GiveParameter(Graph graph, string input, string[] values)
    {
        var value = graph.Inputs.Single(each => each.Name == input);
        var type = value.TensorType!;
        Assert.True(type.Shape!.TryGetConstants(out var shape));
        var data = type.ElementType switch
        {
            ElementType.Float => TensorData.FromArray([.. values.Select(float.Parse)], shape.AsSpan()),
            ElementType.Int64 => TensorData.FromArray([.. values.Select(long.Parse)], shape.AsSpan()),
            ElementType.Int32 => TensorData.FromArray([.. values.Select(int.Parse)], shape.AsSpan()),
            ElementType.Bool => TensorData.FromArray([.. values.Select(static each => each == "1")], shape.AsSpan()),
            var other => throw new InvalidOperationException($"The table gives '{input}' of {other}."),
        };
        graph.RemoveInput(value);
        Graph.ReplaceUses(value, graph.AddInitializer($"{input}_given", data));
    }

    private static string ElementsOf(ValueType? type) => type switch
    {
        TensorType tensor => tensor.ElementType.OnnxName,
        SequenceType sequence => $"seq({ElementsOf(sequence.Item)})",
        OptionalType optional => $"optional({ElementsOf(optional.Item)})",
        _ => "?",
    };

    private static TensorShape? ShapeOf(ValueType? type) => type switch
    {
        TensorType tensor => tensor.Shape,
        SequenceType sequence => ShapeOf(sequence.Item),
        OptionalType optional => ShapeOf(optional.Item),
        _ => null,
    };

    private static bool Contradicts(ValueType? declared, ValueType? inferred) =>
        ShapeOf(declared) is { } expected && ShapeOf(inferred) is { } found &&
        (expected.Rank != found.Rank || expected.Zip(found).Any(static pair => pair.First.IsConstant && pair.Second.IsConstant && pair.First != pair.Second));

    /// <summary>Whether each length that is declared is inferred too; unknown ones may be inferred beyond.</summary>
    private static bool SaysAsMuch(ValueType? declared, ValueType? inferred) =>
        ShapeOf(declared) is not { } expected ||
        (ShapeOf(inferred) is { } found && found.Rank == expected.Rank && expected.Zip(found).All(static pair => pair.First.HasUnknown || pair.First == pair.Second));

    private static IEnumerable<string[]> Table(string name) =>
        File.ReadLines(Path.Combine(Golden.RepositoryRoot, "tests", "VampNet.Onnx.Tests", "ShapeInference", name))
            .Where(static line => !line.StartsWith('#'))
            .Select(static line => line.Split('\t'));
}
