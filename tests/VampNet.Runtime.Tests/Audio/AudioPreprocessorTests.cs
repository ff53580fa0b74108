using System.Globalization;
using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class AudioPreprocessorTests
{
    /// <summary>Upstream computes in float32 throughout, this port mostly in double.</summary>
    private const float PreprocessTolerance = 2e-5f;

    private const int SampleRate = 44100,
        HopLength = 768;

    [Theory]
    [InlineData("22k_mono")]
    [InlineData("44k_silence")]
    [InlineData("44k_stereo_short")]
    [InlineData("48k_stereo")]
    [InlineData("96k_mono_loud")]
    public void Prepare_GoldenClip_EqualsUpstream(string name)
    {
        using GoldenTensors golden = new($"tiny/preprocess_{name}.safetensors");
        int rate = int.Parse(golden.Metadata("sample_rate"), CultureInfo.InvariantCulture);
        float[] audio = golden.Singles("audio");
        AudioClip clip = new(rate, [.. audio.Chunk((int)golden.Shape("audio")[2])]);
        float[] expected = golden.Singles("preprocessed");

        float[] prepared = AudioPreprocessor.Prepare(clip, SampleRate, HopLength);

        Assert.Equal(expected.Length, prepared.Length);
        Assert.Equal(expected.Length / HopLength, AudioPreprocessor.CountFrames(clip, SampleRate, HopLength));
        Assert.All(expected.Zip(prepared), pair => Assert.Equal(pair.First, pair.Second, PreprocessTolerance));
        Assert.Equal(golden.Singles("loudness_lufs")[0], Loudness.Measure(clip), 1e-3);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue)]
    [InlineData(-1.1e15f)]
    public void Prepare_NotFiniteOrTooLarge_IsRefused(float sample) =>
        Assert.Equal(
            "VNR0110",
            Assert.Throws<RuntimeException>(() => AudioPreprocessor.Prepare(new AudioClip(44100, [0f, sample]), SampleRate, HopLength)).Id
        );

    [Fact]
    public void Prepare_LargestSamples_AreBroughtToTheLoudnessOfOthers()
    {
        float[] tone = [.. Enumerable.Range(0, 44100).Select(index => MathF.Sin(index * 0.05f))];

        float[] prepared = AudioPreprocessor.Prepare(new AudioClip(44100, tone), SampleRate, HopLength);
        float[] loud = AudioPreprocessor.Prepare(new AudioClip(44100, [.. tone.Select(sample => sample * 1e15f)]), SampleRate, HopLength);

        Assert.All(prepared.Zip(loud), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Prepare_NothingLeftAtTheCodecsRate_IsRefused() =>
        Assert.Equal(
            "VNR0111",
            Assert.Throws<RuntimeException>(() => AudioPreprocessor.Prepare(new AudioClip(96000, [1f, 0f]), SampleRate, HopLength)).Id
        );

    [Theory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    public void RequireSound_OneValueThroughout_IsRefused(float value)
    {
        float[] minute = new float[60 * 8000];
        Array.Fill(minute, value);

        RuntimeException error = Assert.Throws<RuntimeException>(() => AudioPreprocessor.RequireSound(new AudioClip(8000, [minute])));

        Assert.Equal("VNR0112", error.Id);
        Assert.Contains("60 s", error.Message);
    }

    [Fact]
    public void RequireSound_OneSampleDiffers_IsAccepted() => AudioPreprocessor.RequireSound(new AudioClip(8000, [0f, 0f], [0f, 0.1f]));
}
