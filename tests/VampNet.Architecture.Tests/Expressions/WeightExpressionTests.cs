using System.Collections.Immutable;
using VampNet.Architecture.Expressions;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Tests.Expressions;

/// <summary>Every expression: reading any block of rows gives that part of the whole.</summary>
public sealed class WeightExpressionTests : IDisposable
{
    private readonly Checkpoint _coarse = GoldenModels.Open("tiny/coarse.pth");
    private readonly Checkpoint _codec = GoldenModels.Open("tiny/codec.pth");
    private readonly Dictionary<string, WeightExpression> _expressions;

    public WeightExpressionTests()
    {
        const string W1 = "transformer.layers.1.feed_forward.w_1";
        TensorSource kernel = Source(_codec, "decoder.model.1.block.1.weight_v");
        TensorSource weight = Source(_coarse, $"{W1}.weight");
        TensorSource direction = Source(_coarse, "classifier.layers.0.weight_v");
        var classifier = new WeightNormFold("classifier", Source(_coarse, "classifier.layers.0.weight_g"), direction);
        _expressions = new Dictionary<string, WeightExpression>
        {
            ["source"] = direction,
            ["lora"] = new LoraMerge(weight, Source(_coarse, $"{W1}.lora_A"), Source(_coarse, $"{W1}.lora_B"), 0.125f),
            ["fold"] = classifier,
            ["transposition"] = new Transposition(new Reshaping(classifier, [4096, 64])),
            ["axis permutation"] = new AxisPermutation(kernel, [1, 2, 0]),
            ["row permutation"] = new RowPermutation(classifier, [.. Enumerable.Range(0, 4096).Reverse().Where(row => row % 3 != 0)]),
            ["row permutation of a whole"] = new RowPermutation(new AxisPermutation(kernel, [1, 0, 2]), [3, 3, 0, 15, 7, 1]),
            ["reshaping across rows"] = new Reshaping(kernel, [96, 8, 16]),
            ["reshaping of a whole"] = new Reshaping(new Transposition(weight), [256, 64]),
            ["scaling"] = new Scaling(weight, 0.5f),
            ["concatenation"] = new Concatenation([weight, new Scaling(weight, -1), Source(_coarse, $"{W1}.lora_A")]),
            ["mapping"] = new Mapping([weight], [16, 1024], (inputs, destination) => inputs[0].Span.CopyTo(destination)),
        };
    }

    public static TheoryData<string> Names =>
        [
            "source",
            "lora",
            "fold",
            "transposition",
            "axis permutation",
            "row permutation",
            "row permutation of a whole",
            "reshaping across rows",
            "reshaping of a whole",
            "scaling",
            "concatenation",
            "mapping",
        ];

    public void Dispose()
    {
        _coarse.Dispose();
        _codec.Dispose();
    }

    [Fact]
    public void Names_OfTheTheory_AreAllExpressions() => Assert.Equal(_expressions.Keys, Names.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Names))]
    public void ReadRows_AnyRange_IsThatPartOfTheWhole(string name)
    {
        WeightExpression expression = _expressions[name];
        float[] whole = new float[expression.ElementCount];
        expression.ReadRows(0, whole);
        Assert.True(whole.Distinct().Count() > 100);

        (int, int)[] ranges =
        [
            (0, 1),
            (expression.RowCount - 1, 1),
            (1, expression.RowCount - 2),
            (expression.RowCount / 3, expression.RowCount / 2),
        ];
        Assert.All(
            ranges,
            range =>
            {
                (int first, int count) = range;
                float[] part = new float[count * expression.RowLength];
                expression.ReadRows(first, part);
                Assert.Equal(whole[(first * expression.RowLength)..((first + count) * expression.RowLength)], part);
            }
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Materialize_InBlocks_IsTheWhole(string name)
    {
        WeightExpression expression = _expressions[name];
        float[] whole = new float[expression.ElementCount];
        expression.ReadRows(0, whole);

        Assert.InRange(expression.BlockRows, 1, expression.RowCount);
        Assert.Equal(whole, new BoundWeight(name, expression, [], []).ToArray());
    }

    [Fact]
    public void BlockRows_LargeTensor_IsAPartOfWholeCacheLines()
    {
        Assert.Equal(1024, _expressions["fold"].BlockRows);
        Assert.True(_expressions["row permutation"].BlockRows < _expressions["row permutation"].RowCount);
    }

    private static TensorSource Source(Checkpoint checkpoint, string name)
    {
        CheckpointTensor tensor = checkpoint.Tensors[name];
        ImmutableArray<int> shape = [.. tensor.Shape.Select(dimension => (int)dimension)];
        return new TensorSource(tensor, shape);
    }
}
