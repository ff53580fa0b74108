using VampNet.Architecture;
using VampNet.Runtime.Randomness;
using VampNet.Training.Data;

namespace VampNet.Training.Sampling;

/// <summary>Batches of random crops, one after the other: batch n is a function of the seed and n.</summary>
/// <param name="pools">The pieces; all are equally likely, whatever their length, as upstream's files are.</param>
/// <param name="configuration">The model, whose codebooks are taken.</param>
/// <param name="rows">Crops in a batch.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class BatchSource(IReadOnlyList<CropPool> pools, TransformerConfiguration configuration, int rows, ulong seed)
{
    private readonly SobolSequence _points = new(DrawKey.Of(seed, DrawPurpose.Scramble, 0));

    /// <summary>Draws a batch. Where a piece is shorter than the crop, the whole batch is as short.</summary>
    /// <param name="number">The batch's number, from 0.</param>
    public TrainingBatch Draw(long number)
    {
        var draws = new SeededDraws(DrawKey.Of(seed, DrawPurpose.Batch, number));
        (CropPool Pool, int Start)[] crops = new (CropPool, int)[rows];
        for (int row = 0; row < rows; row++)
        {
            CropPool pool = pools[draws.NextInteger(pools.Count)];
            crops[row] = (pool, pool.Starts[draws.NextInteger(pool.Starts.Length)]);
        }

        int frames = crops.Min(crop => crop.Pool.Frames),
            codebooks = configuration.Codebooks,
            given = configuration.ConditioningCodebooks * frames,
            length = codebooks * frames;
        long[] codes = new long[rows * length];
        bool[] mask = new bool[codes.Length];
        float[] uniforms = new float[length];
        for (int row = 0; row < rows; row++)
        {
            for (int codebook = 0; codebook < codebooks; codebook++)
            {
                crops[row]
                    .Pool.Piece.Codes.Row(0, codebook)
                    .Slice(crops[row].Start, frames)
                    .CopyTo(codes.AsSpan((row * length) + (codebook * frames)));
            }

            draws.FillUniforms(uniforms);
            double probability = TokenMask.Probability(_points[(number * rows) + row]);
            TokenMask.Fill(mask.AsSpan(row * length, length), uniforms, given, probability);
        }

        if (!mask.AsSpan().Contains(true))
        {
            // Without masked tokens the loss would be NaN. Upstream's batches are too large for that; ours may hold one short row.
            mask[given + draws.NextInteger(length - given)] = true;
        }

        return new(codes, mask, [rows, codebooks, frames], [.. crops.Select(crop => crop.Pool.Piece.Name)]);
    }
}
