using VampNet.Runtime.Models;

namespace VampNet.Runtime.Codec;

/// <summary>A DAC decoder whose convolutions do not pad, for recordings that descript-audio-codec coded in windows. Thread-safe.</summary>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>CodecMixin.decompress</c> with <c>padding</c> false.</remarks>
public sealed class UnpaddedCodecDecoder : IDisposable
{
    // Samples by which the convolutions shorten a signal: kernel 7 at both ends, and the three residual units of a block, (7 - 1) * (1 + 3
    // + 9).
    private const int OuterLoss = 6,
        BlockLoss = 78;

    private readonly OnnxModel _model;

    private UnpaddedCodecDecoder(OnnxModel model, CodecProperties configuration) => (_model, Configuration) = (model, configuration);

    /// <summary>The codec's numbers.</summary>
    public CodecProperties Configuration { get; }

    /// <summary>Loads a graph that is in memory.</summary>
    /// <param name="path">The decoder's file that it was made of, for messages.</param>
    /// <param name="graph">The ONNX model, weights inline.</param>
    /// <param name="options">Provider and threads.</param>
    /// <exception cref="RuntimeException">VNR0301 to VNR0305: as <see cref="CodecDecoder.Open"/>.</exception>
    public static UnpaddedCodecDecoder Open(string path, byte[] graph, ModelOptions options) =>
        OnnxModel.Open(
            path,
            options,
            ("codes", typeof(long)),
            ("audio", typeof(float)),
            CodecProperties.FromJson,
            static (model, configuration) => new UnpaddedCodecDecoder(model, configuration),
            graph
        );

    /// <summary>Number of samples that a window decodes to; 0 or less if it is too short to decode.</summary>
    /// <param name="configuration">The codec's numbers.</param>
    /// <param name="frames">The window's frames.</param>
    public static long CountSamples(CodecProperties configuration, int frames)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        long length = frames - (long)OuterLoss;
        foreach (int rate in configuration.DecoderRates)
        {
            length = length <= 0 ? 0 : ((length + 1) * rate) - BlockLoss;
        }

        return length - OuterLoss;
    }

    /// <summary>Decodes one window as a whole.</summary>
    /// <param name="codes">[1,C,T], no MASK among them; T enough for one sample.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>The samples that <see cref="CountSamples"/> says.</returns>
    public float[] Decode(TokenGrid<long> codes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codes);
        float[] audio = new float[CountSamples(Configuration, codes.Frames)];
        _model.Run<long, float>(
            codes.Values,
            [1, codes.Codebooks, codes.Frames],
            audio,
            [1, 1, audio.Length],
            cancellationToken,
            releaseMemory: true
        );
        return audio;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
