using VampNet.Runtime.Rhythm;

namespace VampNet.Runtime.Tests.Rhythm;

/// <summary>Compares onsets and beats with what librosa 0.10.2 finds in the same music.</summary>
public sealed class RhythmTests
{
    private const float SampleScale = 32767;

    public static TheoryData<string> Music => ["music_7", "music_9", "music_10", "music_12"];

    [Theory]
    [MemberData(nameof(Music))]
    public void OnsetStrength_OfMusic_IsLibrosas(string name)
    {
        using GoldenTensors golden = new($"onsets/{name}.safetensors");
        float[] expected = golden.Singles("onset_strength");

        float[] found = Strength(golden).Mean;

        Assert.Equal(expected.Length, found.Length);
        // The golden audio is rounded to 16 bits, the golden strength is not: half a step in the quietest bands is 1e-4 of the largest.
        float most = 1e-3f * expected.Max();
        Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Second, pair.First - most, pair.First + most));
    }

    [Theory]
    [MemberData(nameof(Music))]
    public void OnsetDetector_OfMusic_FindsLibrosasFrames(string name)
    {
        using GoldenTensors golden = new($"onsets/{name}.safetensors");
        float[] strength = Strength(golden).Mean;

        Assert.Equal(
            golden.Integers("onset_peaks"),
            OnsetDetector.Detect(strength, 44100, 768, backtrack: false).Select(frame => (long)frame)
        );
        Assert.Equal(golden.Integers("onsets_backtracked"), OnsetDetector.Detect(strength, 44100, 768).Select(frame => (long)frame));
    }

    [Theory]
    [MemberData(nameof(Music))]
    public void BeatTracker_OfMusic_FindsLibrosasBeats(string name)
    {
        using GoldenTensors golden = new($"onsets/{name}.safetensors");

        (double tempo, IReadOnlyList<int> beats) = BeatTracker.Track(
            Strength(golden).Median,
            44100,
            768,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(double.Parse(golden.Metadata("tempo"), System.Globalization.CultureInfo.InvariantCulture), tempo, 1e-9);
        Assert.Equal(golden.Integers("beats"), beats.Select(frame => (long)frame));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(767)]
    [InlineData(3000)]
    public void Analyze_SilenceOfAnyLength_FindsNothing(int length)
    {
        RhythmAnalysis found = Analyze(new float[length], new TokenRate(44100, 768));

        Assert.Empty(found.Onsets);
        Assert.Empty(found.Beats);
    }

    [Theory]
    [InlineData(44100, 768)]
    [InlineData(22050, 512)]
    [InlineData(16000, 320)]
    public void Analyze_ClicksEveryHalfSecond_FindsThemAtAnyRate(int sampleRate, int hop)
    {
        float[] clicks = new float[10 * sampleRate];
        for (int click = 1; click < 20; click++)
        {
            // 5 ms of a tone that dies away.
            for (int i = 0; i < sampleRate / 200; i++)
            {
                clicks[(click * sampleRate / 2) + i] = MathF.Sin(i * 0.7f) * (1 - (i * 200f / sampleRate));
            }
        }

        RhythmAnalysis found = Analyze(clicks, new TokenRate(sampleRate, hop));

        double framesPerBeat = sampleRate / 2.0 / hop;
        Assert.Equal(19, found.Onsets.Count);
        Assert.InRange(found.Beats.Count, 17, 19);
        // A click lies in the windows of both neighbouring frames, so its frame is uncertain by two.
        Assert.All(found.Onsets, frame => Assert.InRange(Distance(frame / framesPerBeat) * framesPerBeat, 0, 1 + (1024.0 / hop)));
        Assert.All(found.Beats, frame => Assert.InRange(Distance(frame / framesPerBeat) * framesPerBeat, 0, 1 + (1024.0 / hop)));

        static double Distance(double value) => Math.Abs(value - Math.Round(value));
    }

    [Fact]
    public void Analyze_OneOfBoth_LeavesTheOtherEmpty()
    {
        using GoldenTensors golden = new("onsets/music_7.safetensors");
        float[] samples = [.. golden.Shorts("audio_pcm16").Select(sample => sample / SampleScale)];

        RhythmAnalysis onsets = RhythmAnalysis.Analyze(
            samples,
            new TokenRate(44100, 768),
            findBeats: false,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(golden.Integers("onsets_backtracked").Length, onsets.Onsets.Count);
        Assert.Empty(onsets.Beats);
    }

    private static RhythmAnalysis Analyze(float[] samples, TokenRate rate) =>
        RhythmAnalysis.Analyze(samples, rate, cancellationToken: TestContext.Current.CancellationToken);

    private static OnsetStrength Strength(GoldenTensors golden) =>
        OnsetStrength.Measure(
            [.. golden.Shorts("audio_pcm16").Select(sample => sample / SampleScale)],
            44100,
            768,
            TestContext.Current.CancellationToken
        );
}
