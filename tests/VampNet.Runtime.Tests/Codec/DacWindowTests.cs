using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests.Codec;

public sealed class DacWindowTests(ExportedModels exported)
{
    /// <summary>What upstream's get_output_length and get_delay give for 44.1 kHz at strides 2, 4, 8, 8 and 5 s.</summary>
    [Fact]
    public void Of_TheReleasedStrides_HasUpstreamsLengths()
    {
        DacWindow window = DacWindow.Of(exported.EvenDac.Encoder.Configuration, 5);

        // 220,500 samples are 430.7 hops of 512, so 431.
        Assert.Equal(new DacWindow(220_672, 416, 204_650, 7904), window);
        Assert.Equal(UnpaddedCodecDecoder.CountSamples(exported.EvenDac.Encoder.Configuration, 416), window.Step);
    }

    [Theory]
    [InlineData("even", 20500, 0.45)]
    [InlineData("even", 22100, 0.5)]
    [InlineData("odd", 15000, 0.6)]
    public void Compress_InWindows_GivesTheCodesOfConvolutionsWithoutPadding(string name, int length, double seconds)
    {
        CodecEncoder encoder = Models(name).Encoder;
        int rate = encoder.Configuration.SampleRate;
        float[] samples = [.. Enumerable.Range(0, length).Select(i => 0.2f * MathF.Sin(i * 0.05f) * MathF.Cos(i * i * 1e-5f))];
        AudioClip clip = new(rate, [samples]);
        DacWindow window = DacWindow.Of(encoder.Configuration, seconds);

        CompressedAudio audio = Compress(name, clip, seconds);

        int windows = (length + window.Step - 1) / window.Step;
        Assert.True(windows > 1);
        Assert.Equal((false, window.Frames, windows * window.Frames), (audio.IsPadded, audio.ChunkFrames, audio.Codes.Frames));
        float gain = (float)Loudness.Gain(Loudness.Measure(clip), AudioCompression.TargetLoudness);
        float[] padded = new float[window.Delay + length + window.Delay + window.Samples];
        samples.Select(sample => sample * gain).ToArray().CopyTo(padded, window.Delay);
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Path($"dac/{name}/weights.pth"));
        PlainDacEncoder plain = new(ModelBinder.BindCodec(checkpoint));
        for (int at = 0; at < windows; at++)
        {
            int start = at * window.Step,
                end = Math.Min(start + window.Samples, length + (2 * window.Delay));
            float[] input = [.. padded[start..end], .. new float[window.Samples - (end - start)]];
            TokenGrid<long> codes = audio.Codes.SliceFrames(at * window.Frames, window.Frames);
            long[][] expected = plain.Encode(input);
            Assert.All(expected.Index(), row => Assert.Equal(row.Item, codes.Row(0, row.Index).ToArray()));
        }
    }

    /// <summary>What upstream's get_output_length and get_delay give for 24 kHz at strides 2, 4, 5, 8 and 0.6 s.</summary>
    [Fact]
    public void Of_OddStrides_HasUpstreamsLengths() =>
        Assert.Equal(new DacWindow(14_400, 29, 3746, 5264), DacWindow.Of(exported.OddDac.Encoder.Configuration, 0.6));

    [Fact]
    public void Compress_ShorterThanAWindow_IsOneChunk() =>
        Assert.True(
            Compress(
                "even",
                new AudioClip(
                    44100,
                    [
                        [.. Enumerable.Repeat(0.1f, 4000)],
                    ]
                ),
                1
            ).IsPadded
        );

    [Fact]
    public void Compress_WindowsThatTheConvolutionsUseUp_AreRefusedWithTheLeastLength()
    {
        AudioClip clip = new(
            44100,
            [
                [.. Enumerable.Range(0, 17000).Select(i => MathF.Sin(i))],
            ]
        );

        RuntimeException error = Assert.Throws<RuntimeException>(() => Compress("even", clip, 0.05));

        Assert.Equal("VNR0177", error.Id);
        double least = double.Parse(error.Message.Split("or more: ")[1].Split(" s.")[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.False(Compress("even", clip, least).IsPadded);
    }

    private CompressedAudio Compress(string name, AudioClip clip, double seconds) =>
        AudioCompression.Compress(Models(name).Encoder, clip, seconds, cancellationToken: TestContext.Current.CancellationToken);

    private VampNetModels Models(string name) => name == "odd" ? exported.OddDac : exported.EvenDac;
}
