using Microsoft.ML.OnnxRuntime;
using VampNet.Checkpoints;
using VampNet.Runtime.Generation;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests;

/// <summary>
/// A micro transformer as torch.onnx.export wrote it: latents [1, C*latent, T] to logits [1, V, T*P]. With it, generation is judged apart
/// from our own exporter.
/// </summary>
internal sealed class ForeignTokenModel : ITokenModel, IDisposable
{
    private const int LatentDim = 8;

    private readonly InferenceSession _session;
    private readonly float[][] _tables;

    private ForeignTokenModel(string name, int codebooks, int conditioning)
    {
        (Codebooks, ConditioningCodebooks) = (codebooks, conditioning);
        _session = new InferenceSession(Golden.Path($"foreign/{name}_torch_export.onnx"));
        using Checkpoint codec = Checkpoint.Open(Golden.Path("micro/codec.pth")),
            model = Checkpoint.Open(Golden.Path($"micro/{name}.pth"));
        float[][] maskRows = [.. model.Tensors["embedding.special.MASK"].ToSingles().Chunk(LatentDim)];
        _tables =
        [
            .. maskRows.Select(
                (maskRow, codebook) =>
                    (float[])[.. codec.Tensors[$"quantizer.quantizers.{codebook}.codebook.weight"].ToSingles(), .. maskRow]
            ),
        ];
    }

    public int Codebooks { get; }

    public int ConditioningCodebooks { get; }

    public int VocabularySize => 64;

    public static ForeignTokenModel Coarse() => new("coarse", 4, 0);

    public static ForeignTokenModel Fine() => new("c2f", 14, 4);

    public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken)
    {
        int tokens = codes.Frames * (Codebooks - ConditioningCodebooks);
        using RunOptions run = new();
        for (int piece = 0; piece < codes.Batch; piece++)
        {
            using OrtValue latents = OrtValue.CreateTensorValueFromMemory(Embed(codes, piece), [1, Codebooks * LatentDim, codes.Frames]);
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(run, ["latents"], [latents], _session.OutputNames);
            ReadOnlySpan<float> upstream = outputs[0].GetTensorDataAsSpan<float>();
            for (int index = 0; index < upstream.Length; index++)
            {
                logits[(piece * tokens + index % tokens) * VocabularySize + index / tokens] = upstream[index];
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private float[] Embed(TokenGrid<long> codes, int piece)
    {
        float[] latents = new float[Codebooks * LatentDim * codes.Frames];
        for (int index = 0; index < latents.Length; index++)
        {
            (int channel, int frame) = Math.DivRem(index, codes.Frames);
            (int codebook, int dimension) = Math.DivRem(channel, LatentDim);
            latents[index] = _tables[codebook][codes[piece, codebook, frame] * LatentDim + dimension];
        }

        return latents;
    }
}
