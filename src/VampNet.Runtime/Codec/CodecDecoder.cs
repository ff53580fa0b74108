using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using VampNet.Models;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Codec;

/// <summary>The decoder of a LAC or DAC codec on ONNX Runtime, over pieces of any length at bounded memory. Thread-safe.</summary>
public sealed class CodecDecoder : IDisposable
{
    /// <summary>Frames computed at once unless told otherwise: 10 s of the released codec.</summary>
    public const int DefaultChunkFrames = 575;

    // Shorter pieces take longer in two halves, for each computes 18 frames of context: 134 frames on two cores.
    private const int LeastSplit = 144;

    private const string StaticScheme = "static";

    private readonly OnnxModel _model;

    private CodecDecoder(OnnxModel model, CodecProperties configuration) => (_model, Configuration) = (model, configuration);

    /// <summary>The codec's numbers.</summary>
    public CodecProperties Configuration { get; }

    /// <summary>SHA-256 of the graph's file. Its metadata name the checkpoint and its nodes the precision, so equal hashes mean equal
    /// models.</summary>
    public string GraphSha256 => _model.Sha256;

    /// <summary>SHA-256 of the checkpoint the graph was made of, or null where it does not say.</summary>
    public string? CheckpointSha256 => _model[MetadataKeys.CheckpointSha256];

    // Where the convolutions are quick, threads wait for each other: halves take 0.85 to 0.91 of the time in static INT8 with AVX-512 VNNI.
    // Elsewhere they take longer: 1.14 to 1.19 times in INT8 with AVX2, 1.24 to 1.33 times in float32.
    private bool ComputesHalves =>
        _model.HasThreads && _model[MetadataKeys.QuantizationScheme] == StaticScheme && ProcessorFeatures.HasAvx512Vnni;

    private FrameContext Context => FrameContext.OfDecoder(Configuration.DecoderRates, Configuration.IsDac);

    /// <summary>Loads the graph at <paramref name="path"/>.</summary>
    /// <exception cref="RuntimeException">VNR0301 to VNR0305: the file is missing, damaged, or no decoder of ours; or the provider
    /// is.</exception>
    public static CodecDecoder Open(string path, ModelOptions options) =>
        OnnxModel.Open(
            path,
            options,
            ("codes", typeof(long)),
            ("audio", typeof(float)),
            CodecProperties.FromJson,
            static (model, configuration) => new CodecDecoder(model, configuration)
        );

    /// <summary>Decodes one piece. Any chunk size gives the samples of one pass within float32 rounding.</summary>
    /// <param name="codes">[1,C,T]; MASK is read as code 0.</param>
    /// <param name="chunkFrames">Frames computed at once, context aside; in two halves side by side where that is faster: static INT8
    /// with AVX-512 VNNI.</param>
    /// <param name="progress">Receives the frames done after each chunk, from the threads that compute.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>T * hop samples within -1 and 1, less <see cref="CodecProperties.MissingSamples"/>.</returns>
    /// <exception cref="RuntimeException">VNR0205: a code is out of range. VNR0206: another number of codebooks.</exception>
    public float[] Decode(
        TokenGrid<long> codes,
        int chunkFrames = DefaultChunkFrames,
        IProgress<CodecProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        Require(codes, chunkFrames);
        return DecodeInLanes(codes, chunkFrames, ComputesHalves ? ChunkLanes.Two : 1, progress, cancellationToken);
    }

    /// <summary>Decodes one piece, computing a number of chunks at a time.</summary>
    internal float[] DecodeInLanes(
        TokenGrid<long> codes,
        int chunkFrames,
        int lanes,
        IProgress<CodecProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        float[] audio = new float[checked(codes.Frames * Configuration.HopLength) - Configuration.MissingSamples];
        FrameChunk[] chunks = ChunkLanes.Cut(codes.Frames, chunkFrames, LeastSplit, lanes, Context);
        ConcurrentBag<float[]> buffers = [];
        ChunkLanes.Run(
            chunks,
            lanes,
            (chunk, token) =>
            {
                if (!buffers.TryTake(out float[]? buffer))
                {
                    buffer = new float[chunks.Max(each => each.ContextCount) * Configuration.HopLength];
                }

                Run(codes, chunk, buffer, token).CopyTo(audio.AsMemory(chunk.Start * Configuration.HopLength));
                buffers.Add(buffer);
            },
            done => progress?.Report(new CodecProgress(done, codes.Frames)),
            cancellationToken
        );
        return audio;
    }

    /// <summary>Decodes one piece block by block, for a player that starts before the whole is there. Each block is computed when the
    /// caller requests it.</summary>
    /// <param name="codes">[1,C,T]; MASK is read as code 0.</param>
    /// <param name="blockFrames">Frames of each block but the last.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>Blocks of samples that follow each other without a seam: joined, they are what <see cref="Decode"/> gives.</returns>
    /// <exception cref="RuntimeException">VNR0205: a code is out of range. VNR0206: another number of codebooks.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<float>> DecodeAsync(
        TokenGrid<long> codes,
        int blockFrames,
        CancellationToken cancellationToken = default
    )
    {
        Require(codes, blockFrames);
        return Stream(codes, blockFrames, cancellationToken);
    }

    /// <summary>Whether the weights are in memory.</summary>
    internal bool IsLoaded => _model.IsLoaded;

    /// <summary>Frees the weights until the next run.</summary>
    internal void Unload() => _model.Unload();

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private async IAsyncEnumerable<ReadOnlyMemory<float>> Stream(
        TokenGrid<long> codes,
        int blockFrames,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (FrameChunk chunk in FrameChunk.Cut(codes.Frames, blockFrames, Context))
        {
            // The caller may keep each block.
            float[] buffer = new float[chunk.ContextCount * Configuration.HopLength];
            yield return await Task.Run(() => Run(codes, chunk, buffer, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    private ReadOnlyMemory<float> Run(TokenGrid<long> codes, FrameChunk chunk, float[] buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int hop = Configuration.HopLength;
        Memory<float> audio = buffer.AsMemory(0, (chunk.ContextCount * hop) - Configuration.MissingSamples);
        _model.Run<long, float>(
            codes.SliceFrames(chunk.ContextStart, chunk.ContextCount).Values,
            [1, codes.Codebooks, chunk.ContextCount],
            audio,
            [1, 1, audio.Length],
            cancellationToken,
            releaseMemory: true
        );

        // Only the piece's own end lacks samples: elsewhere they come from the context.
        int start = (chunk.Start - chunk.ContextStart) * hop;
        return audio.Slice(start, Math.Min(chunk.Count * hop, audio.Length - start));
    }

    private void Require(TokenGrid<long> codes, int frames)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        ArgumentOutOfRangeException.ThrowIfNotEqual(codes.Batch, 1, nameof(codes));
        if (codes.Codebooks != Configuration.Codebooks)
        {
            throw new RuntimeException(
                RuntimeErrorIds.CodebookCount,
                found: $"codes of {codes.Codebooks} codebooks",
                expected: $"{Configuration.Codebooks}, as the codec has",
                advice: "Use the models the codes were made with"
            );
        }

        CodeRange.Require(codes, Configuration.CodebookSize);
    }
}
