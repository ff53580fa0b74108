using TorchSharp;
using VampNet.Architecture;
using VampNet.Torch.Codec;
using static TorchSharp.torch;

namespace VampNet.Torch;

/// <summary>
/// A LAC or DAC codec: audio float32 [B, 1, S] to codes int64 [B, C, T] and back. Weight norm is folded; parameters are named as in
/// <see cref="CodecManifest.Folded"/>.
/// </summary>
/// <remarks>
/// A module from <see cref="Load"/> is in evaluation mode. Inference belongs in <c>torch.no_grad()</c>, or every call keeps its graph.
/// Source: hugofloresgarcia/lac 7761206, <c>LAC</c>; descriptinc/descript-audio-codec 1.0.0, <c>DAC</c>.
/// </remarks>
public sealed class LacCodec : nn.Module<Tensor, Tensor>
{
    private readonly Encoder encoder;
    private readonly ResidualVectorQuantize quantizer;
    private readonly Decoder decoder;

    /// <summary>Makes a codec with random weights, in training mode.</summary>
    public LacCodec(CodecConfiguration configuration)
        : base(nameof(LacCodec))
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        encoder = new Encoder(configuration);
        quantizer = new ResidualVectorQuantize(configuration);
        decoder = new Decoder(configuration);
        RegisterComponents();
    }

    /// <summary>The shape of the codec.</summary>
    public CodecConfiguration Configuration { get; }

    /// <summary>Makes a codec with the weights of a checkpoint, in evaluation mode. The checkpoint may be closed afterwards.</summary>
    public static LacCodec Load(BoundCodec bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        var codec = new LacCodec(bound.Configuration);
        WeightLoader.Load(codec, bound.Weights);
        codec.eval();
        return codec;
    }

    /// <summary>Encodes, quantizes and decodes: audio [B, 1, S] to audio of the same length, differentiable throughout. Where DAC has odd
    /// strides the result may be shorter by <see cref="CodecConfiguration.MissingSamples"/> samples.</summary>
    /// <exception cref="ArgumentException">The audio is not float32 [B, 1, S] with S of at least 1.</exception>
    public override Tensor forward(Tensor audio)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor decoded = decoder.forward(Quantize(audio).Z);
        return decoded.narrow(2, 0, Math.Min(audio.shape[2], decoded.shape[2])).MoveToOuterDisposeScope();
    }

    /// <summary>The codes int64 [B, C, T] of audio [B, 1, S], T = ceil(S / hop): the end is padded with zeros to a whole frame.</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public Tensor Encode(Tensor audio)
    {
        using DisposeScope scope = NewDisposeScope();
        return Quantize(audio).Codes.MoveToOuterDisposeScope();
    }

    /// <summary>The audio [B, 1, S] of codes int64 [B, C, T], S as <see cref="CodecConfiguration.DecodedSamples"/> says; MASK, the code V,
    /// is read as 0.</summary>
    /// <exception cref="ArgumentException">The codes have another rank, number of codebooks or type, or a code is out of range.</exception>
    public Tensor Decode(Tensor codes)
    {
        using Tensor z = Dequantize(codes);
        return decoder.forward(z);
    }

    /// <summary>
    /// The outputs of the decoder's modules for codes int64 [B, C, T], in the order of computation, each with its path: z [B, latent, T] of
    /// <c>quantizer</c>, then <c>decoder.model.0</c> to the last, whose output is the audio. Each is gone when the next is asked for.
    /// </summary>
    /// <inheritdoc cref="Decode(Tensor)" path="/exception"/>
    public IEnumerable<(string Module, Tensor Output)> DecoderOutputs(Tensor codes)
    {
        using Tensor z = Dequantize(codes);
        yield return ("quantizer", z);
        foreach ((int i, Tensor output) in decoder.Outputs(z).OneAtATime().Index())
        {
            yield return ($"decoder.model.{i}", output);
        }
    }

    /// <summary>The encoder's output for audio [B, 1, S] before quantization: [B, latent, T].</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public Tensor EncodeLatent(Tensor audio)
    {
        using Tensor padded = Pad(audio);
        return encoder.forward(padded);
    }

    /// <summary>
    /// The outputs of the encoder's modules for audio [B, 1, S], in the order of computation, each with its path: <c>encoder.block.0</c> to
    /// the last, whose output is that of <see cref="EncodeLatent"/>. Each is gone when the next is asked for.
    /// </summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public IEnumerable<(string Module, Tensor Output)> EncoderOutputs(Tensor audio)
    {
        using Tensor padded = Pad(audio);
        foreach ((int i, Tensor output) in encoder.Outputs(padded).OneAtATime().Index())
        {
            yield return ($"encoder.block.{i}", output);
        }
    }

    /// <summary>The quantization of audio [B, 1, S] by all codebooks, with the losses that train it.</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public LacQuantization Quantize(Tensor audio)
    {
        using Tensor z = EncodeLatent(audio);
        return quantizer.Quantize(z);
    }

    private Tensor Dequantize(Tensor codes)
    {
        CodeTensor.Require(codes, Configuration.Codebooks, Configuration.CodebookSize);
        using DisposeScope scope = NewDisposeScope();
        return quantizer.Dequantize(codes.masked_fill(codes == Configuration.CodebookSize, 0)).MoveToOuterDisposeScope();
    }

    private Tensor Pad(Tensor audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        if (audio.dtype != ScalarType.Float32 || audio.shape is not [>= 1, 1, >= 1])
        {
            throw new ArgumentException(
                $"Found audio {audio.dtype} [{string.Join(", ", audio.shape)}]. Expected Float32 [B, 1, S], B and S at least 1.",
                nameof(audio)
            );
        }

        long beyond = audio.shape[2] % Configuration.HopLength;
        return beyond == 0 ? audio.alias() : nn.functional.pad(audio, [0, Configuration.HopLength - beyond]);
    }
}
