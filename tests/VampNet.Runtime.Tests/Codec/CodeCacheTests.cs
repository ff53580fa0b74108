using VampNet.Runtime.Codec;

namespace VampNet.Runtime.Tests.Codec;

public sealed class CodeCacheTests(ExportedModels exported)
{
    private const int Frames = 41,
        ChunkFrames = 10,
        Chunks = 5;

    private static readonly float[] First = Samples(0.9f),
        Second = Samples(0.5f);

    private CodecEncoder Encoder => exported.Micro.Encoder;

    private static long BytesOfOne => 14 * Frames * sizeof(long);

    [Fact]
    public void Encode_SameSamplesAgain_GivesTheEncodersCodesWithoutEncoding()
    {
        CodeCache cache = new(2 * BytesOfOne);
        TokenGrid<long>[] expected = [Encode(null, First, []), Encode(null, Second, [])];
        Assert.NotEqual(expected[0].Values, expected[1].Values);

        for (int round = 0; round < 3; round++)
        {
            foreach ((float[] samples, TokenGrid<long> codes) in new[] { First, Second }.Zip(expected))
            {
                List<CodecProgress> reports = [];
                TokenGrid<long> found = Encode(cache, [.. samples], reports);

                Assert.Equal((1, 14, Frames), (found.Batch, found.Codebooks, found.Frames));
                Assert.Equal(codes.Values, found.Values);
                Assert.Equal(round == 0 ? Chunks : 1, reports.Count);
                Assert.Equal(new CodecProgress(Frames, Frames), reports[^1]);
                // The codes are the caller's own: a later caller does not see what this one writes.
                found.Values.AsSpan().Fill(-1);
            }
        }

        Assert.Equal(2 * BytesOfOne, cache.Bytes);
    }

    [Fact]
    public void Encode_OneSampleDiffers_EncodesAgain()
    {
        CodeCache cache = new(9 * BytesOfOne);
        float[] other = [.. First];
        other[^1] = MathF.BitIncrement(other[^1]);

        Assert.Equal([Chunks, Chunks, Chunks - 1], new[] { First, other, First[..(768 * 40)] }.Select(samples => Reports(cache, samples)));
    }

    [Fact]
    public void Encode_CacheIsFull_DropsTheCodesUsedLeastRecently()
    {
        CodeCache cache = new((3 * BytesOfOne) - 1);
        float[] third = Samples(0.3f);

        Assert.Equal(
            [Chunks, Chunks, 1, Chunks, 1, Chunks],
            new[] { First, Second, First, third, First, Second }.Select(samples => Reports(cache, samples))
        );
        Assert.Equal(2 * BytesOfOne, cache.Bytes);
    }

    [Fact]
    public void Encode_CodesLargerThanTheCache_AreNotKept()
    {
        CodeCache cache = new(BytesOfOne - 1);

        Assert.Equal([Chunks, Chunks], new[] { First, First }.Select(samples => Reports(cache, samples)));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void Encode_Cancelled_KeepsNothing()
    {
        CodeCache cache = new(BytesOfOne);
        using CancellationTokenSource cancel = new();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            cache.Encode(Encoder, First, ChunkFrames, new Listener([], cancel.Cancel), cancel.Token)
        );

        Assert.Equal(0, cache.Bytes);
        Assert.Equal(Chunks, Reports(cache, First));
    }

    [Fact]
    public async Task Encode_Overlapping_SameAsAlone()
    {
        // Room for one of three, so that calls drop what others look for.
        CodeCache cache = new(BytesOfOne);
        float[][] inputs = [First, Second, Samples(0.3f)];
        long[][] expected = [.. inputs.Select(samples => Encode(null, samples, []).Values)];

        long[][] found = await Task.WhenAll(
            Enumerable.Range(0, 24).Select(i => Task.Run(() => Encode(cache, inputs[i * 7 / 5 % 3], []).Values))
        );

        Assert.All(found, (codes, i) => Assert.Equal(expected[i * 7 / 5 % 3], codes));
        Assert.Equal(BytesOfOne, cache.Bytes);
    }

    private static float[] Samples(float gain) =>
        [.. VampNetPipelineTests.Chord(44100, 768 * Frames / 44100.0).Channels[0].Take(768 * Frames).Select(sample => sample * gain)];

    private int Reports(CodeCache cache, float[] samples)
    {
        List<CodecProgress> reports = [];
        Encode(cache, samples, reports);
        return reports.Count;
    }

    private TokenGrid<long> Encode(CodeCache? cache, float[] samples, List<CodecProgress> reports)
    {
        Listener progress = new(reports, static () => { });
        return cache is null
            ? Encoder.Encode(samples, ChunkFrames, progress, TestContext.Current.CancellationToken)
            : cache.Encode(Encoder, samples, ChunkFrames, progress, TestContext.Current.CancellationToken);
    }

    private sealed class Listener(List<CodecProgress> reports, Action onReport) : IProgress<CodecProgress>
    {
        public void Report(CodecProgress value)
        {
            reports.Add(value);
            onReport();
        }
    }
}
