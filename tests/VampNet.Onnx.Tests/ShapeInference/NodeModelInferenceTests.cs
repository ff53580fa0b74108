using System.Collections.Immutable;
using System.Globalization;
using VampNet.Onnx.ShapeInference;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>
/// 571 one-operator models with static shapes: all that the files declare, but the inputs' types, is removed, inferred again, and compared.
/// Nothing is given: a length is a number, or an expression in the elements of the inputs. One table has values of inputs, by which each
/// expression must be the declared number; the other names the models whose lengths are not known before they run, with the reason.
/// </summary>
public class NodeModelInferenceTests(ITestOutputHelper output)
{
    /// <summary>How many models of all may have a length that inference cannot tell.</summary>
    private const double MaxDataDependent = 0.03;

    private static readonly ILookup<string, string[]> Parameters = Table("node-model-parameters.tsv")
        .ToLookup(static row => row[0], static row => row);

    private static readonly HashSet<string> DataDependent = [.. Table("data-dependent-node-models.tsv").Select(static row => row[0])];

    [Fact]
    public void Run_EveryNodeModel_InfersEveryElementType()
    {
        foreach ((string? name, byte[]? bytes) in GoldenModels.Nodes)
        {
            foreach ((ValueType? declared, ValueType? inferred) in Infer(name, bytes, givesParameters: false, out _))
            {
                Assert.True(ElementsOf(declared) == ElementsOf(inferred), $"{name}: found {inferred}, expected {declared}");
            }
        }
    }

    [Fact]
    public void Run_EveryNodeModel_InfersEveryShapeThatCanBeKnown()
    {
        (SortedSet<string>? unknown, SortedSet<string>? expressed) = (
            new SortedSet<string>(StringComparer.Ordinal),
            new SortedSet<string>(StringComparer.Ordinal)
        );
        foreach ((string? name, byte[]? bytes) in GoldenModels.Nodes)
        {
            foreach ((ValueType? declared, ValueType? inferred) in Infer(name, bytes, givesParameters: false, out _))
            {
                Assert.False(Contradicts(declared, inferred), $"{name}: found {inferred}, expected {declared}");
                if (!IsKnown(declared, inferred))
                {
                    unknown.Add(name);
                }
                else if (!SaysAsMuch(declared, inferred))
                {
                    expressed.Add(name);
                }
            }
        }

        output.WriteLine(
            $"{unknown.Count} of {GoldenModels.Nodes.Count} models have a length that only a run tells; {expressed.Count} have "
                + "one that is an expression in an input's elements."
        );
        Assert.Equal(DataDependent.Order(StringComparer.Ordinal), unknown);
        Assert.True(unknown.Count <= MaxDataDependent * GoldenModels.Nodes.Count);
        Assert.Equal(Parameters.Select(static rows => rows.Key).Except(DataDependent).Order(StringComparer.Ordinal), expressed);
    }

    [Fact]
    public void Run_NodeModelWithParameters_ExpressionsAreTheDeclaredLengthsAtTheirValues()
    {
        foreach (string? name in Parameters.Select(static rows => rows.Key).Except(DataDependent))
        {
            using Model model = ModelReader.Read(GoldenModels.Nodes[name]);
            (Dictionary<string, long>? integers, Dictionary<string, float>? reals) = Values(model.Graph, Parameters[name]);
            foreach ((ValueType? declared, ValueType? inferred) in Infer(name, GoldenModels.Nodes[name], givesParameters: false, out _))
            {
                foreach ((Dim? expected, Dim? found) in ShapeOf(declared)!.Zip(ShapeOf(inferred)!))
                {
                    Assert.True(found.TryEvaluate(integers, out long value, reals), $"{name}: {found}");
                    Assert.True(expected.Is(value), $"{name}: found {found} = {value}, expected {expected}");
                    Assert.Equal(found, Dim.Parse(found.ToString()));
                }
            }
        }
    }

    [Fact]
    public void Run_NodeModelWithParametersAsConstants_InfersNumbers()
    {
        foreach (string? name in Parameters.Select(static rows => rows.Key))
        {
            foreach ((ValueType? declared, ValueType? inferred) in Infer(name, GoldenModels.Nodes[name], givesParameters: true, out _))
            {
                Assert.True(SaysAsMuch(declared, inferred), $"{name}: found {inferred}, expected {declared}");
            }
        }
    }

    [Fact]
    public void Run_EveryNodeModel_ReportsNothing()
    {
        foreach ((string? name, byte[]? bytes) in GoldenModels.Nodes)
        {
            Infer(name, bytes, givesParameters: true, out ShapeInferenceResult? result);
            Assert.True(result.Diagnostics.IsEmpty, $"{name}: {string.Join("; ", result.Diagnostics)}");
        }
    }

    [Fact]
    public void Run_Twice_ModifiesOnceOnly()
    {
        foreach (byte[] bytes in GoldenModels.Nodes.Values)
        {
            using Model model = ModelReader.Read(bytes);
            DeclaredTypes.Remove(model);
            Assert.True(ShapeInferencePass.Run(model).Modified);
            Assert.False(ShapeInferencePass.Run(model).Modified);
        }
    }

    private static (ValueType? Declared, ValueType? Inferred)[] Infer(
        string name,
        byte[] bytes,
        bool givesParameters,
        out ShapeInferenceResult result
    )
    {
        using Model model = ModelReader.Read(bytes);
        ValueType?[] declared = model.Graph.Outputs.Select(static value => value.Type).ToArray();
        DeclaredTypes.Remove(model);
        if (givesParameters)
        {
            foreach (string[] row in Parameters[name])
            {
                GiveParameter(model.Graph, row[1], row[2].Split(' '));
            }
        }

        result = ShapeInferencePass.Run(model);
        return [.. declared.Zip(model.Graph.Outputs.Select(static value => value.Type))];
    }

    /// <summary>The elements of inputs that the table gives, by their spelling in expressions.</summary>
    private static (Dictionary<string, long> Integers, Dictionary<string, float> Reals) Values(Graph graph, IEnumerable<string[]> rows)
    {
        (Dictionary<string, long>? integers, Dictionary<string, float>? reals) = (
            new Dictionary<string, long>(),
            new Dictionary<string, float>()
        );
        foreach (string[] row in rows)
        {
            TensorType type = graph.Inputs.Single(input => input.Name == row[1]).TensorType!;
            Assert.True(type.Shape!.TryGetConstants(out ImmutableArray<long> shape));
            int[] index = new int[shape.Length];
            foreach (string text in row[2].Split(' '))
            {
                string spelling = Dim.Element(row[1], index).ToString();
                if (type.ElementType == ElementType.Float)
                {
                    reals.Add(spelling, float.Parse(text, CultureInfo.InvariantCulture));
                }
                else
                {
                    integers.Add(spelling, long.Parse(text, CultureInfo.InvariantCulture));
                }

                for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
                {
                    index[axis] = 0;
                }
            }
        }

        return (integers, reals);
    }

    /// <summary>Whether each length that is declared is inferred, be it as an expression.</summary>
    private static bool IsKnown(ValueType? declared, ValueType? inferred) =>
        ShapeOf(declared) is not { } expected
        || (
            ShapeOf(inferred) is { } found
            && found.Rank == expected.Rank
            && expected.Zip(found).All(static pair => pair.First.HasUnknown || !pair.Second.HasUnknown)
        );

    /// <summary>Makes an input a constant.</summary>
    private static void GiveParameter(Graph graph, string input, string[] values)
    {
        Value value = graph.Inputs.Single(each => each.Name == input);
        TensorType type = value.TensorType!;
        Assert.True(type.Shape!.TryGetConstants(out ImmutableArray<long> shape));
        TensorData data = type.ElementType switch
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

    private static string ElementsOf(ValueType? type) =>
        type switch
        {
            TensorType tensor => tensor.ElementType.OnnxName,
            SequenceType sequence => $"seq({ElementsOf(sequence.Item)})",
            OptionalType optional => $"optional({ElementsOf(optional.Item)})",
            _ => "?",
        };

    private static TensorShape? ShapeOf(ValueType? type) =>
        type switch
        {
            TensorType tensor => tensor.Shape,
            SequenceType sequence => ShapeOf(sequence.Item),
            OptionalType optional => ShapeOf(optional.Item),
            _ => null,
        };

    private static bool Contradicts(ValueType? declared, ValueType? inferred) =>
        ShapeOf(declared) is { } expected
        && ShapeOf(inferred) is { } found
        && (
            expected.Rank != found.Rank
            || expected.Zip(found).Any(static pair => pair.First.IsConstant && pair.Second.IsConstant && pair.First != pair.Second)
        );

    /// <summary>Whether each length that is declared is inferred too; unknown ones may be inferred beyond.</summary>
    private static bool SaysAsMuch(ValueType? declared, ValueType? inferred) =>
        ShapeOf(declared) is not { } expected
        || (
            ShapeOf(inferred) is { } found
            && found.Rank == expected.Rank
            && expected.Zip(found).All(static pair => pair.First.HasUnknown || pair.First == pair.Second)
        );

    private static IEnumerable<string[]> Table(string name) =>
        File.ReadLines(Path.Combine(Golden.RepositoryRoot, "tests", "VampNet.Onnx.Tests", "ShapeInference", name))
            .Where(static line => !line.StartsWith('#'))
            .Select(static line => line.Split('\t'));
}
