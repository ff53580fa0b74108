using System.Runtime.InteropServices;
using VampNet.Models;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Codec;

/// <summary>The encoder of a LAC or DAC codec on ONNX Runtime, over pieces of any length at bounded memory. Thread-safe.</summary>
public sealed class CodecEncoder : IDisposable
{
    /// <summary>Frames computed at once unless told otherwise: 10 s of the released codec.</summary>
    public const int DefaultChunkFrames = 575;

    private readonly OnnxModel _model;

    private CodecEncoder(OnnxModel model, CodecProperties configuration) => (_model, Configuration) = (model, configuration);

    /// <summary>The codec's numbers.</summary>
    public CodecProperties Configuration { get; }

    /// <summary>SHA-256 of the graph's file. Its metadata name the checkpoint and its nodes the precision, so equal hashes mean equal
    /// models.</summary>
    public string GraphSha256 => _model.Sha256;

    /// <summary>SHA-256 of the checkpoint the graph was made of, or null where it does not say.</summary>
    public string? CheckpointSha256 => _model[MetadataKeys.CheckpointSha256];

    /// <summary>Loads the graph at <paramref name="path"/>.</summary>
    /// <exception cref="RuntimeException">VNR0301 to VNR0305: the file is missing, damaged, or no encoder of ours; or the provider
    /// is.</exception>
    public static CodecEncoder Open(string path, ModelOptions options) =>
        OnnxModel.Open(
            path,
            options,
            ("audio", typeof(float)),
            ("codes", typeof(long)),
            CodecProperties.FromJson,
            static (model, configuration) => new CodecEncoder(model, configuration)
        );

    /// <summary>Encodes one piece. Any chunk size gives the codes of one pass, save where two codebook entries tie within
    /// rounding.</summary>
    /// <param name="samples">Mono audio at the codec's rate, one sample or more, prepared as <see cref="Audio.AudioPreprocessor"/>
    /// does.</param>
    /// <param name="chunkFrames">Frames computed at once, context aside.</param>
    /// <param name="progress">Receives the frames done after each chunk.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>[1,C,T], T = ceil(samples / hop).</returns>
    public TokenGrid<long> Encode(
        ReadOnlyMemory<float> samples,
        int chunkFrames = DefaultChunkFrames,
        IProgress<CodecProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Length, nameof(samples));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkFrames);
        int hop = Configuration.HopLength,
            codebooks = Configuration.Codebooks;
        TokenGrid<long> codes = new(1, codebooks, (samples.Length + hop - 1) / hop);
        foreach (FrameChunk chunk in FrameChunk.Cut(codes.Frames, chunkFrames, FrameContext.OfEncoder(Configuration.EncoderRates)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int start = chunk.ContextStart * hop,
                count = Math.Min(samples.Length - start, chunk.ContextCount * hop);
            TokenGrid<long> part = new(1, codebooks, chunk.ContextCount);
            // ONNX Runtime takes writable memory, but only reads its inputs.
            Memory<float> audio = MemoryMarshal.AsMemory(samples.Slice(start, count));
            _model.Run<float, long>(
                audio,
                [1, 1, count],
                part.Values,
                [1, codebooks, chunk.ContextCount],
                cancellationToken,
                releaseMemory: true
            );
            for (int codebook = 0; codebook < codebooks; codebook++)
            {
                part.Row(0, codebook).Slice(chunk.Start - chunk.ContextStart, chunk.Count).CopyTo(codes.Row(0, codebook)[chunk.Start..]);
            }

            progress?.Report(new CodecProgress(chunk.Start + chunk.Count, codes.Frames));
        }

        return codes;
    }

    /// <summary>Whether the weights are in memory.</summary>
    internal bool IsLoaded => _model.IsLoaded;

    /// <summary>Frees the weights until the next run.</summary>
    internal void Unload() => _model.Unload();

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
