using VampNet.Checkpoints;

namespace VampNet.Architecture.Tests;

public sealed class BoundWeightTests : IDisposable
{
    private readonly Checkpoint _coarse = GoldenModels.Open("tiny/coarse.pth");
    private readonly Checkpoint _codecFile = GoldenModels.Open("tiny/codec.pth");
    private readonly BoundTransformer _transformer;
    private readonly BoundCodec _codec;

    public BoundWeightTests()
    {
        _transformer = ModelBinder.BindTransformer(_coarse, _codecFile);
        _codec = ModelBinder.BindCodec(_codecFile);
    }

    public void Dispose()
    {
        _coarse.Dispose();
        _codecFile.Dispose();
    }

    [Theory]
    [InlineData("transformer.layers.1.self_attn.w_qs")]
    [InlineData("transformer.layers.2.feed_forward.w_1")]
    [InlineData("transformer.layers.0.feed_forward.w_2")]
    public void Materialize_LinearWithLora_AddsAnEighthOfBTimesA(string module)
    {
        float[] w = _coarse.Tensors[$"{module}.weight"].ToSingles();
        float[] a = _coarse.Tensors[$"{module}.lora_A"].ToSingles();
        float[] b = _coarse.Tensors[$"{module}.lora_B"].ToSingles();
        BoundWeight weight = _transformer.Weights[$"{module}.weight"];
        int columns = weight.Shape[1];

        float[] merged = weight.ToArray();

        Assert.Equal(["lora-merge(alpha/r=1/8)"], weight.Transforms);
        Assert.All(
            Enumerable.Range(0, merged.Length),
            i =>
            {
                double delta = Enumerable.Range(0, 8).Sum(k => (double)b[(i / columns * 8) + k] * a[(k * columns) + (i % columns)]);
                Assert.Equal(w[i] + (delta / 8), merged[i], 1e-6);
            }
        );
        Assert.Contains(Enumerable.Range(0, merged.Length), i => Math.Abs(merged[i] - w[i]) > 1e-3);
    }

    [Theory]
    [InlineData("encoder.block.1.block.4")]
    [InlineData("decoder.model.1.block.1")]
    [InlineData("quantizer.quantizers.3.in_proj")]
    public void Materialize_WeightNormedConvolution_GivesEveryRowOfAxisZeroItsNorm(string module)
    {
        float[] magnitudes = _codecFile.Tensors[$"{module}.weight_g"].ToSingles();
        float[] directions = _codecFile.Tensors[$"{module}.weight_v"].ToSingles();
        BoundWeight weight = _codec.Weights[$"{module}.weight"];
        int length = weight.ElementCount / weight.Shape[0];

        float[] folded = weight.ToArray();

        Assert.Equal(["weight-norm-fold(axis=0)"], weight.Transforms);
        Assert.All(
            Enumerable.Range(0, magnitudes.Length),
            row =>
            {
                double norm = Math.Sqrt(directions.Skip(row * length).Take(length).Sum(v => (double)v * v));
                Assert.All(
                    Enumerable.Range(row * length, length),
                    i => Assert.Equal(magnitudes[row] * directions[i] / norm, folded[i], 1e-6)
                );
            }
        );
    }

    [Fact]
    public void Materialize_WrongDestinationLength_IsRefused()
    {
        BoundWeight weight = _transformer.Weights["transformer.norm.weight"];

        Assert.Throws<ArgumentException>(() => weight.Materialize(new float[weight.ElementCount + 1]));
    }

    [Fact]
    public void Transpose_Matrix_ExchangesRowsAndColumns()
    {
        BoundWeight weight = _transformer.Weights["transformer.layers.1.feed_forward.w_1.weight"];
        float[] before = weight.ToArray();
        BoundWeight transposed = weight.Transpose(1, 0);

        float[] after = transposed.ToArray();

        Assert.Equal([64, 256], transposed.Shape);
        Assert.Equal(["lora-merge(alpha/r=1/8)", "transpose(1,0)"], transposed.Transforms);
        Assert.All(Enumerable.Range(0, before.Length), i => Assert.Equal(before[i], after[(i % 64 * 256) + (i / 64)]));
    }

    [Fact]
    public void Transpose_MatrixOfUnevenSides_ExchangesRowsAndColumns()
    {
        BoundWeight weight = _codec.Weights["encoder.block.1.block.0.block.1.weight"].Reshape(4, 28).SliceRows(0, 3);
        float[] before = weight.ToArray();

        float[] after = weight.Transpose(1, 0).ToArray();

        Assert.All(Enumerable.Range(0, before.Length), i => Assert.Equal(before[i], after[(i % 28 * 3) + (i / 28)]));
    }

    [Fact]
    public void Transpose_ThreeAxes_FollowsThePermutation()
    {
        BoundWeight weight = _codec.Weights["decoder.model.1.block.1.weight"];
        float[] before = weight.ToArray();
        BoundWeight moved = weight.Transpose(2, 0, 1);

        float[] after = moved.ToArray();

        Assert.Equal([32, 16, 24], weight.Shape);
        Assert.Equal([24, 32, 16], moved.Shape);
        Assert.All(
            Enumerable.Range(0, before.Length),
            i =>
            {
                (int a, int b, int c) = (i / (16 * 24), i / 24 % 16, i % 24);
                Assert.Equal(before[i], after[(((c * 32) + a) * 16) + b]);
            }
        );
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    [InlineData(1, 0, 2)]
    public void Transpose_NoPermutationOfTheAxes_IsRefused(params int[] permutation) =>
        Assert.Throws<ArgumentException>(() => _transformer.Weights["classifier.weight"].Transpose(permutation));

    [Fact]
    public void PermuteRows_ClassifierThenTranspose_MovesWholeRows()
    {
        BoundWeight weight = _transformer.Weights["classifier.weight"];
        float[] before = weight.ToArray();
        int[] order = [.. Enumerable.Range(0, 4096).Select(row => (row % 1024 * 4) + (row / 1024))];

        BoundWeight permuted = weight.PermuteRows("classifier-permute", order);
        float[] after = permuted.Transpose(1, 0).ToArray();

        Assert.Equal(["weight-norm-fold(axis=0)", "classifier-permute"], permuted.Transforms);
        Assert.All(Enumerable.Range(0, 4096), row => Assert.Equal(before[(order[row] * 64) + 5], after[(5 * 4096) + row]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(64)]
    public void PermuteRows_RowThatIsNotThere_IsRefused(int row) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _transformer.Weights["transformer.norm.weight"].PermuteRows("pick", [row]));

    [Fact]
    public void PermuteRows_OfAMappedWeight_PicksRowsOfTheResult()
    {
        BoundWeight weight = _transformer.Weights["embedding.special.MASK"];
        float[] before = weight.ToArray();
        BoundWeight negated = weight.Map(
            "negate",
            [4, 8],
            (inputs, destination) =>
            {
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = -inputs[0].Span[i];
                }
            }
        );

        Assert.Equal(before[16..24].Select(x => -x), negated.SliceRows(2, 1).ToArray());
        Assert.Equal(["negate", "rows(2..3)"], negated.SliceRows(2, 1).Transforms);
    }

    [Fact]
    public void Reshape_OfRowsThatCutAcrossTheSource_KeepsTheOrder()
    {
        BoundWeight weight = _transformer.Weights["transformer.layers.0.self_attn.w_qs.weight"];
        BoundWeight reshaped = weight.Reshape(128, 8, 4).PermuteRows("reverse", [.. Enumerable.Range(0, 128).Reverse()]);
        float[] before = weight.ToArray();

        Assert.Equal(before.Chunk(32).Reverse().SelectMany(row => row), reshaped.ToArray());
    }

    [Fact]
    public void Reshape_OtherElementCount_IsRefused() =>
        Assert.Throws<ArgumentException>(() => _transformer.Weights["classifier.bias"].Reshape(4, 1023));

    [Fact]
    public void Scale_Factor_MultipliesEveryElement()
    {
        BoundWeight weight = _transformer.Weights["embedding.out_proj.weight"];

        Assert.Equal(weight.ToArray().Select(x => x * 0.25f), weight.Scale(0.25f).ToArray());
        Assert.Equal(["scale(0.25)"], weight.Scale(0.25f).Transforms);
    }

    [Fact]
    public void ConcatRows_TablesAndMaskRows_AreOneBelowTheOther()
    {
        BoundWeight table = _transformer.Weights["embedding.codebooks.2"];
        BoundWeight mask = _transformer.Weights["embedding.special.MASK"].SliceRows(2, 1);

        BoundWeight both = BoundWeight.ConcatRows("table", table, mask);

        Assert.Equal([1025, 8], both.Shape);
        Assert.Equal([.. table.ToArray(), .. mask.ToArray()], both.ToArray());
        Assert.Equal(both.ToArray()[8184..8200], both.SliceRows(1023, 2).ToArray());
        Assert.Equal(2, both.Sources.Length);
    }

    [Fact]
    public void ConcatRows_RowsOfDifferentShape_IsRefused() =>
        Assert.Throws<ArgumentException>(() =>
            BoundWeight.ConcatRows(
                "table",
                _transformer.Weights["embedding.codebooks.0"],
                _transformer.Weights["embedding.out_proj.weight"]
            )
        );

    [Fact]
    public void Combine_TwoWeights_ReadsBoth()
    {
        BoundWeight bias = _transformer.Weights["embedding.out_proj.bias"];
        BoundWeight norm = _transformer.Weights["transformer.norm.weight"];

        BoundWeight sum = BoundWeight.Combine(
            "sum",
            "add",
            [64],
            [bias, norm],
            (inputs, destination) =>
            {
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = inputs[0].Span[i] + inputs[1].Span[i];
                }
            }
        );

        Assert.Equal(bias.ToArray().Zip(norm.ToArray(), (x, y) => x + y), sum.ToArray());
        Assert.Equal(["embedding.out_proj.bias", "transformer.norm.weight"], sum.Sources.Select(source => source.Name));
    }
}
