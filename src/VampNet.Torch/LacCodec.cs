using VampNet.Architecture;
using VampNet.Torch.Codec;
using static TorchSharp.torch;

namespace VampNet.Torch;

/// <summary>
/// The LAC codec: audio float32 [B, 1, S] to codes int64 [B, C, T] and back. Weight norm is folded; parameters are named as in
/// <see cref="CodecManifest.Folded"/>.
/// </summary>
/// <remarks>
/// A module from <see cref="Load"/> is in evaluation mode. Inference belongs in <c>torch.no_grad()</c>, or every call keeps its graph.
/// Source: hugofloresgarcia/lac 7761206, <c>LAC</c>.
/// </remarks>
public sealed class LacCodec : nn.Module<Tensor, Tensor>
{
    private readonly Encoder encoder;
    private readonly ResidualVectorQuantize quantizer;
    private readonly Decoder decoder;

    /// <summary>Makes a codec with random weights, in training mode.</summary>
    public LacCodec(CodecConfiguration configuration) : base(nameof(LacCodec))
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

    /// <summary>Encodes, quantizes and decodes: audio [B, 1, S] to audio of the same length, differentiable throughout.</summary>
    /// <exception cref="ArgumentException">The audio is not float32 [B, 1, S] with S of at least 1.</exception>
    public override Tensor forward(Tensor audio)
    {
        using var scope = NewDisposeScope();
        Tensor decoded = decoder.forward(Quantize(audio).Z);
        return decoded.narrow(2, 0, audio.shape[2]).MoveToOuterDisposeScope();
    }

    /// <summary>The codes int64 [B, C, T] of audio [B, 1, S], T = ceil(S / hop): the end is padded with zeros to a whole frame.</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public Tensor Encode(Tensor audio)
    {
        using var scope = NewDisposeScope();
        return Quantize(audio).Codes.MoveToOuterDisposeScope();
    }

    /// <summary>The audio [B, 1, T * hop] of codes int64 [B, C, T]; MASK, the code V, is read as 0.</summary>
    /// <exception cref="ArgumentException">The codes have another rank, number of codebooks or type, or a code is out of range.</exception>
    public Tensor Decode(Tensor codes)
    {
        CodeTensor.Require(codes, Configuration.Codebooks, Configuration.CodebookSize);
        using var scope = NewDisposeScope();
        Tensor unmasked = codes.masked_fill(codes == Configuration.CodebookSize, 0);
        return decoder.forward(quantizer.Dequantize(unmasked)).MoveToOuterDisposeScope();
    }

    /// <summary>What the encoder makes of audio [B, 1, S] before quantization: [B, latent, T].</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public Tensor EncodeLatent(Tensor audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        if (audio.dtype != ScalarType.Float32 || audio.shape is not [>= 1, 1, >= 1])
        {
            throw new ArgumentException(
                $"Found audio {audio.dtype} [{string.Join(", ", audio.shape)}]. Expected Float32 [B, 1, S], B and S at least 1.", nameof(audio));
        }

        using var scope = NewDisposeScope();
        long beyond = audio.shape[2] % Configuration.HopLength;
        Tensor padded = beyond == 0 ? audio : nn.functional.pad(audio, [0, Configuration.HopLength - beyond]);
        return encoder.forward(padded).MoveToOuterDisposeScope();
    }

    /// <summary>The quantization of audio [B, 1, S] by all codebooks, with the losses that train it.</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public LacQuantization Quantize(Tensor audio)
    {
        using Tensor z = EncodeLatent(audio);
        return quantizer.Quantize(z);
    }
}
