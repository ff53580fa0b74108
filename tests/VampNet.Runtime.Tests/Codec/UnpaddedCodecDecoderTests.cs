using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Models;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests.Codec;

public sealed class UnpaddedCodecDecoderTests(ExportedModels exported)
{
    /// <summary>As for the decoder with padding: float32 sums in another order, over some twenty layers.</summary>
    private const float Tolerance = 1e-4f;

    [Theory]
    [InlineData("odd", 21)]
    [InlineData("odd", 27)]
    [InlineData("even", 20)]
    public void Decode_AWindow_GivesWhatConvolutionsWithoutPaddingGive(string name, int frames)
    {
        VampNetModels models = name == "odd" ? exported.OddDac : exported.EvenDac;
        string path = Path.Combine(models.Folder, ModelFiles.CodecDecoder);
        using UnpaddedCodecDecoder decoder = UnpaddedCodecDecoder.Open(path, UnpaddedDecoder.Read(path), new ModelOptions());
        TokenGrid<long> codes = new(1, decoder.Configuration.Codebooks, frames);
        for (int i = 0; i < codes.Values.Length; i++)
        {
            codes.Values[i] = i * 37 % 61;
        }

        float[] audio = decoder.Decode(codes, TestContext.Current.CancellationToken);

        using Checkpoint checkpoint = Checkpoint.Open(Golden.Path($"dac/{name}/weights.pth"));
        double[] expected = new PlainDacDecoder(ModelBinder.BindCodec(checkpoint)).Decode(codes);
        Assert.Equal(UnpaddedCodecDecoder.CountSamples(decoder.Configuration, frames), expected.Length);
        Assert.Equal(expected.Length, audio.Length);
        Assert.All(expected.Zip(audio), pair => Assert.Equal((float)pair.First, pair.Second, Tolerance));
        Assert.Contains(audio, sample => MathF.Abs(sample) > 100 * Tolerance);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    public void CountSamples_AWindowTooShort_IsNotAboveZero(int frames) =>
        Assert.True(UnpaddedCodecDecoder.CountSamples(exported.EvenDac.Decoder.Configuration, frames) <= 0);

    /// <summary>44.1 kHz at strides 8, 8, 4, 2: worked out with upstream's get_output_length.</summary>
    [Fact]
    public void CountSamples_TheReleasedStrides_IsUpstreamsLength() =>
        Assert.Equal(((((((((425 - 6 + 1) * 8) - 78 + 1) * 8) - 78 + 1) * 4) - 78 + 1) * 2) - 78 - 6, CountReleased(425));

    private long CountReleased(int frames) => UnpaddedCodecDecoder.CountSamples(exported.EvenDac.Decoder.Configuration, frames);
}
