using VampNet.Export;
using VampNet.Models;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Codec;

public sealed class AudioCompressionTests(ExportedModels exported)
{
    /// <summary>Decoded audio within 1e-4 of upstream's, times the gain that restores the loudness.</summary>
    private const float Tolerance = 1e-4f;

    [Theory]
    [InlineData("even", 26460)]
    [InlineData("odd", 14390)]
    public void Decompress_UpstreamsCodes_RestoresLoudnessAndLengthChannelByChannel(string name, int length)
    {
        using GoldenTensors golden = new($"dac/{name}/stereo_dac_decoded.safetensors");
        VampNetModels models = Models(name);
        int rate = models.Decoder.Configuration.SampleRate;
        TokenGrid<long> codes = golden.Codes("codes");

        AudioClip clip = AudioCompression.Decompress(
            models.Decoder,
            new CompressedAudio(codes, [-16f], length, rate, codes.Frames, IsPadded: true),
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal((2, length, rate), (clip.Channels.Count, clip.Length, clip.SampleRate));
        float[] decoded = golden.Singles("decoded");
        for (int channel = 0; channel < 2; channel++)
        {
            float[] expected = [.. decoded.Skip(channel * decoded.Length / 2).Take(decoded.Length / 2)];
            float gain = (float)Loudness.Gain(Loudness.Measure(expected, rate), -16);
            Assert.All(
                expected.Zip(clip.Channels[channel]),
                pair => Assert.Equal(pair.First * gain, pair.Second, Tolerance * Math.Max(1, gain))
            );
        }
    }

    [Fact]
    public void Decompress_OneLoudnessForEachChannel_GivesEachItsOwn()
    {
        CompressedAudio audio = Compress("even", Stereo(44100, 86 * 512));

        AudioClip clip = AudioCompression.Decompress(
            exported.EvenDac.Decoder,
            audio with
            {
                Loudness = [-30f, -20f],
            },
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(-30, Loudness.Measure(clip.Channels[0], 44100), 0.001);
        Assert.Equal(-20, Loudness.Measure(clip.Channels[1], 44100), 0.001);
    }

    [Fact]
    public void Decompress_ShorterThanWhole_CutsAndAtAnotherRateResamples()
    {
        CompressedAudio audio = Compress("odd", Stereo(32000, 16000));

        AudioClip clip = AudioCompression.Decompress(
            exported.OddDac.Decoder,
            audio,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal((2, 16000, 32000), (clip.Channels.Count, clip.Length, clip.SampleRate));
    }

    [Fact]
    public void Decompress_OddStrides_FillsTheMissingEndWithSilence()
    {
        // 7 frames of 320 are 2240 samples, of which the strides leave 2232.
        CompressedAudio audio = Compress("odd", Stereo(24000, 2240));

        AudioClip clip = AudioCompression.Decompress(
            exported.OddDac.Decoder,
            audio,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(2240, clip.Length);
        Assert.All(clip.Channels, channel => Assert.Equal(new float[8], channel[2232..]));
    }

    [Fact]
    public void Compress_Stereo_CodesEachChannelAtTheLoudnessOfBoth()
    {
        AudioClip clip = Stereo(44100, 30000);

        CompressedAudio audio = Compress("even", clip);

        float gain = (float)Loudness.Gain(Loudness.Measure(clip), AudioCompression.TargetLoudness);
        Assert.Equal((float)Loudness.Measure(clip), Assert.Single(audio.Loudness));
        Assert.Equal((30000, 44100, 59, true), (audio.Length, audio.SampleRate, audio.ChunkFrames, audio.IsPadded));
        for (int channel = 0; channel < 2; channel++)
        {
            float[] samples = [.. clip.Channels[channel].Select(sample => sample * gain)];
            TokenGrid<long> alone = exported.EvenDac.Encoder.Encode(samples, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(alone.Values, audio.Codes.SliceBatch(channel, 1).Values);
        }
    }

    [Fact]
    public void Compress_Silence_KeepsTheFloor() =>
        Assert.Equal([(float)Loudness.Floor], Compress("even", new AudioClip(44100, [new float[5000]])).Loudness);

    [Fact]
    public void Compress_SixChannels_IsRefused() =>
        AssertRefused("VNR0117", () => Compress("even", new AudioClip(44100, [.. Enumerable.Range(0, 6).Select(_ => new float[600])])));

    [Fact]
    public void Decompress_Windows_AreDecodedWithoutPaddingAndJoined()
    {
        string path = Path.Combine(exported.EvenDac.Folder, ModelFiles.CodecDecoder);
        using UnpaddedCodecDecoder unpadded = UnpaddedCodecDecoder.Open(path, UnpaddedDecoder.Read(path), new ModelOptions());
        TokenGrid<long> codes = new(1, 9, 40);
        for (int i = 0; i < codes.Values.Length; i++)
        {
            codes.Values[i] = i * 29 % 63;
        }

        int window = (int)UnpaddedCodecDecoder.CountSamples(unpadded.Configuration, 20);
        CompressedAudio audio = new(codes, [-20f], (2 * window) - 5, 44100, 20, IsPadded: false);

        AudioClip clip = AudioCompression.Decompress(
            exported.EvenDac.Decoder,
            audio,
            unpadded,
            cancellationToken: TestContext.Current.CancellationToken
        );

        float[] joined =
        [
            .. unpadded.Decode(codes.SliceFrames(0, 20), TestContext.Current.CancellationToken),
            .. unpadded.Decode(codes.SliceFrames(20, 20), TestContext.Current.CancellationToken),
        ];
        float gain = (float)Loudness.Gain(Loudness.Measure(joined, 44100), -20);
        Assert.Equal((2 * window) - 5, clip.Length);
        Assert.All(clip.Channels[0].Zip(joined), pair => Assert.Equal(pair.Second * gain, pair.First, 1e-6f));
        AssertRefused("VNR0207", () => Decompress(audio with { ChunkFrames = 7 }, unpadded));
    }

    [Fact]
    public void Decompress_MoreSamplesThanTheCodesGive_IsRefused() =>
        AssertRefused("VNR0207", () => Decompress(Compress("even", Stereo(44100, 5120)) with { Length = 6000 }));

    [Fact]
    public void Decompress_TheCodeOfMask_IsRefused()
    {
        CompressedAudio audio = Compress("even", Stereo(44100, 5120));
        audio.Codes.Values[11] = 64;

        AssertRefused("VNR0205", () => Decompress(audio));
    }

    private static void AssertRefused(string id, Action action) => Assert.Equal(id, Assert.Throws<RuntimeException>(action).Id);

    private void Decompress(CompressedAudio audio, UnpaddedCodecDecoder? unpadded = null) =>
        AudioCompression.Decompress(exported.EvenDac.Decoder, audio, unpadded, cancellationToken: TestContext.Current.CancellationToken);

    private CompressedAudio Compress(string name, AudioClip clip) =>
        AudioCompression.Compress(Models(name).Encoder, clip, cancellationToken: TestContext.Current.CancellationToken);

    private VampNetModels Models(string name) => name == "odd" ? exported.OddDac : exported.EvenDac;

    private static AudioClip Stereo(int rate, int length) =>
        new(
            rate,
            [
                [.. Enumerable.Range(0, length).Select(i => 0.2f * MathF.Sin(i * 0.05f))],
                [.. Enumerable.Range(0, length).Select(i => 0.05f * MathF.Sin(i * 0.11f))],
            ]
        );
}
