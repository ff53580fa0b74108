using System.Collections.Immutable;
using TorchSharp;
using VampNet.Runtime.Randomness;
using VampNet.Training.Data;
using VampNet.Training.Modules;
using VampNet.Training.Optimization;
using static TorchSharp.torch;

namespace VampNet.Training.Sampling;

/// <summary>The loss on pieces that are never trained on: always the same crops with the same masks.</summary>
/// <param name="pools">The held-out pieces, at least one.</param>
/// <param name="crops">Number of crops, taken from the pieces in turns.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class HeldOutMeasure(IReadOnlyList<CropPool> pools, int crops, ulong seed)
{
    /// <summary>Measures a model without dropout and label smoothing.</summary>
    /// <returns>Nats per masked token, by mask ratio.</returns>
    public ImmutableArray<double> Measure(TrainableTransformer model, Device device, CancellationToken cancellationToken)
    {
        bool wasTraining = model.training;
        model.eval();
        using IDisposable noGradients = no_grad();
        double[] nats = new double[TuningResult.MaskRatios.Length],
            tokens = new double[TuningResult.MaskRatios.Length];
        for (int crop = 0; crop < crops; crop++)
        {
            for (int i = 0; i < TuningResult.MaskRatios.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DisposeScope scope = NewDisposeScope();
                TrainingBatch batch = Draw(model, crop, TuningResult.MaskRatios[i]);
                int masked = batch.Mask.Count(isMasked => isMasked);
                if (masked > 0)
                {
                    Tensor codes = batch.CodesOn(device),
                        mask = batch.MaskOn(device);
                    Tensor logits = model.forward(MaskedLoss.Hide(codes, mask, model.Configuration.MaskToken));
                    nats[i] += MaskedLoss.CrossEntropy(logits, codes, mask, labelSmoothing: 0).ToDouble() * masked;
                    tokens[i] += masked;
                }
            }
        }

        model.train(wasTraining);
        return [.. nats.Zip(tokens, (sum, count) => sum / count)];
    }

    private TrainingBatch Draw(TrainableTransformer model, int crop, double ratio)
    {
        var draws = new SeededDraws(DrawKey.Of(seed, DrawPurpose.HeldOut, crop));
        CropPool pool = pools[crop % pools.Count];
        int start = pool.Starts[draws.NextInteger(pool.Starts.Length)],
            codebooks = model.Configuration.Codebooks;
        long[] codes = new long[codebooks * pool.Frames];
        for (int codebook = 0; codebook < codebooks; codebook++)
        {
            pool.Piece.Codes.Row(0, codebook).Slice(start, pool.Frames).CopyTo(codes.AsSpan(codebook * pool.Frames));
        }

        float[] uniforms = new float[codes.Length];
        draws.FillUniforms(uniforms);
        bool[] mask = new bool[codes.Length];
        TokenMask.Fill(mask, uniforms, model.Configuration.ConditioningCodebooks * pool.Frames, ratio);
        return new(codes, mask, [1, codebooks, pool.Frames], [pool.Piece.Name]);
    }
}
