using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>The tables that quantizing and dequantizing need, derived from the codebooks and their projections. Sums are in
/// double.</summary>
internal sealed class QuantizerWeights(Module quantizer, CodecConfiguration configuration)
{
    /// <summary>Upstream's F.normalize: a row is divided by its length, or by this where it is shorter.</summary>
    private const double ShortestRow = 1e-12;

    private readonly int _codebooks = configuration.Codebooks;
    private readonly int _size = configuration.CodebookSize;
    private readonly int _dim = configuration.CodebookDim;
    private readonly int _latent = configuration.LatentDim;

    private int Width => _codebooks * _dim;

    /// <summary>One parameter of every codebook, in order along axis 0.</summary>
    public Value Stacked(string parameter) =>
        quantizer.Weight(
            $"stacked.{parameter}",
            BoundWeight.ConcatRows(
                $"quantizer.stacked.{parameter}",
                [.. Enumerable.Range(0, _codebooks).Select(i => Codebook(i).Bound(parameter))]
            )
        );

    /// <summary>Codebook i's rows at unit length, as columns [C*dim, V]; zero outside the codebook's own dim coordinates.</summary>
    public Value NormalizedCodebook(int i) =>
        Codebook(i)
            .Weight(
                "normalized_codebook",
                Codebook(i)
                    .Bound("codebook.weight")
                    .Map(
                        "normalize-rows",
                        [Width, _size],
                        (inputs, destination) =>
                        {
                            destination.Clear();
                            for (int row = 0; row < _size; row++)
                            {
                                ReadOnlySpan<float> values = inputs[0].Span.Slice(row * _dim, _dim);
                                double length = Math.Max(Math.Sqrt(Dot(values, values)), ShortestRow);
                                for (int k = 0; k < _dim; k++)
                                {
                                    destination[(((i * _dim) + k) * _size) + row] = (float)(values[k] / length);
                                }
                            }
                        }
                    )
            );

    /// <summary>
    /// The change of the later codebooks' projections when row v of codebook i is chosen: W_j out_i(row v) for
    /// j > i and 0 for the others, so that a codebook's projection stays as it was searched. [V, C*dim].
    /// </summary>
    public Value Steps(int i)
    {
        BoundWeight[] following = [.. Enumerable.Range(i + 1, _codebooks - i - 1).Select(j => Codebook(j).Bound("in_proj.weight"))];
        BoundWeight steps = BoundWeight.Combine(
            "steps",
            "project-rows",
            [_size, Width],
            [.. RowParts(i), .. following],
            (inputs, destination) =>
            {
                destination.Clear();
                for (int j = i + 1; j < _codebooks; j++)
                {
                    ReadOnlySpan<float> projection = inputs[j - i + 2].Span;
                    for (int k = 0; k < _dim; k++)
                    {
                        FillStep(inputs, projection.Slice(k * _latent, _latent), destination[((j * _dim) + k)..]);
                    }
                }
            }
        );
        return Codebook(i).Weight("steps", steps);
    }

    /// <summary>
    /// Every codebook's rows as the decoder's input, out_i(row): [C*(V+1), latent]. The row after a codebook's last, that of
    /// MASK, repeats its first.
    /// </summary>
    public Value OutputRows()
    {
        IEnumerable<BoundWeight> tables = Enumerable
            .Range(0, _codebooks)
            .Select(i =>
                BoundWeight.Combine(
                    $"quantizer.quantizers.{i}.output_rows",
                    "project-rows",
                    [_size + 1, _latent],
                    RowParts(i),
                    (inputs, destination) =>
                    {
                        FillOutputRows(inputs, destination);
                        destination[.._latent].CopyTo(destination[(_size * _latent)..]);
                    }
                )
            );
        return quantizer.Weight("output_rows", BoundWeight.ConcatRows("quantizer.output_rows", [.. tables]));
    }

    private BoundWeight[] RowParts(int i) =>
        [Codebook(i).Bound("codebook.weight"), Codebook(i).Bound("out_proj.weight"), Codebook(i).Bound("out_proj.bias")];

    // One coordinate of a later codebook's projection, for every row: destination is a column of width-strided rows.
    private void FillStep(ReadOnlySpan<ReadOnlyMemory<float>> rowParts, ReadOnlySpan<float> coordinate, Span<float> destination)
    {
        ReadOnlySpan<float> rows = rowParts[0].Span;
        ReadOnlySpan<float> output = rowParts[1].Span;
        double constant = Dot(coordinate, rowParts[2].Span);
        double[] direction = new double[_dim];
        for (int channel = 0; channel < _latent; channel++)
        {
            for (int l = 0; l < _dim; l++)
            {
                direction[l] += (double)coordinate[channel] * output[(channel * _dim) + l];
            }
        }

        for (int row = 0; row < _size; row++)
        {
            double sum = constant;
            for (int l = 0; l < _dim; l++)
            {
                sum += direction[l] * rows[(row * _dim) + l];
            }

            destination[row * Width] = (float)sum;
        }
    }

    private void FillOutputRows(ReadOnlySpan<ReadOnlyMemory<float>> rowParts, Span<float> destination)
    {
        ReadOnlySpan<float> bias = rowParts[2].Span;
        for (int row = 0; row < _size; row++)
        {
            ReadOnlySpan<float> values = rowParts[0].Span.Slice(row * _dim, _dim);
            for (int channel = 0; channel < _latent; channel++)
            {
                double projected = Dot(values, rowParts[1].Span.Slice(channel * _dim, _dim));
                destination[(row * _latent) + channel] = (float)(bias[channel] + projected);
            }
        }
    }

    private Module Codebook(int i) => quantizer["quantizers"][i];

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }
}
