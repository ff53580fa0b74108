using VampNet.Runtime.Audio;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Models;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests;

public sealed class VampNetPipelineTests(ExportedModels exported)
{
    private static readonly AudioClip Clip = Chord(22050, 0.7);

    private static readonly VampOptions Options = new()
    {
        Seed = 7,
        Coarse = new() { Steps = 3 },
    };

    private VampNetPipeline Pipeline => new(exported.Micro);

    [Fact]
    public async Task EncodeAsync_GoldenClip_IsTheEncoderOverThePreparedClip()
    {
        using GoldenTensors golden = new("tiny/preprocess_22k_mono.safetensors");
        AudioClip clip = new(22050, [golden.Singles("audio")]);

        TokenGrid<long> codes = await Pipeline.EncodeAsync(clip, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            exported.Micro.Encoder.Encode(golden.Singles("preprocessed"), cancellationToken: TestContext.Current.CancellationToken).Values,
            codes.Values
        );
    }

    [Fact]
    public async Task VampAsync_Work_RunsOnNoThreadOfThePool()
    {
        ThreadKinds kinds = new();

        await Pipeline.VampAsync(Clip, Options, kinds, TestContext.Current.CancellationToken);

        Assert.Equal([false], kinds.OfPool.Distinct());
    }

    private sealed class ThreadKinds : IProgress<VampProgress>
    {
        public List<bool> OfPool { get; } = [];

        public void Report(VampProgress value) => OfPool.Add(Thread.CurrentThread.IsThreadPoolThread);
    }

    [Fact]
    public async Task VampAsync_SameSeed_SameOutput()
    {
        VampResult first = await VampAsync(Options),
            second = await VampAsync(Options),
            other = await VampAsync(Options with { Seed = 8 });

        Assert.Equal(first.Codes.Values, second.Codes.Values);
        Assert.Equal(first.Audio[0].Channels[0], second.Audio[0].Channels[0]);
        Assert.NotEqual(first.Codes.Values, other.Codes.Values);
    }

    [Fact]
    public async Task VampAsync_Overlapping_SameAsAlone()
    {
        VampResult alone = await VampAsync(Options);
        VampResult[] overlapping = await Task.WhenAll(VampAsync(Options), VampAsync(Options with { Seed = 8 }), VampAsync(Options));

        Assert.Equal(alone.Codes.Values, overlapping[0].Codes.Values);
        Assert.Equal(alone.Codes.Values, overlapping[2].Codes.Values);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, 0.4)]
    public async Task VampAsync_CodesKept_SameOutputAndProgress(bool seamless, double? end)
    {
        VampNetPipeline keeping = new(exported.Micro, codeCacheBytes: 1 << 20);
        AudioClip[] clips = [Clip, Chord(44100, 0.6)];
        foreach (ulong seed in (ulong[])[7, 7, 8])
        {
            foreach (AudioClip clip in clips)
            {
                VampOptions options = Options with { Seed = seed, Seamless = seamless, EndSeconds = end };
                List<VampProgress> expectedReports = [],
                    reports = [];
                VampResult expected = await Pipeline.VampAsync(
                    clip,
                    options,
                    new Listener(expectedReports),
                    TestContext.Current.CancellationToken
                );

                VampResult result = await keeping.VampAsync(clip, options, new Listener(reports), TestContext.Current.CancellationToken);

                Assert.Equal(expected.Codes.Values, result.Codes.Values);
                Assert.Equal(expected.Masked.Values, result.Masked.Values);
                Assert.Equal(expected.Audio[0].Channels[0], result.Audio[0].Channels[0]);
                Assert.Equal(expected.Record.ToJson(), result.Record.ToJson());
                Assert.Equal(expectedReports, reports);
            }
        }
    }

    [Fact]
    public void Constructor_CacheBelowZero_IsAProgrammingError() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VampNetPipeline(exported.Micro, codeCacheBytes: -1));

    [Fact]
    public async Task VampAsync_BatchAndStretch_GivesThatManyLongerPieces()
    {
        VampResult result = await VampAsync(Options with { BatchSize = 3, TimeStretchFactor = 2 });

        // 0.7 s are 41 frames.
        Assert.Equal((3, 14, 82), (result.Codes.Batch, result.Codes.Codebooks, result.Codes.Frames));
        Assert.Equal((1, 14, 41), (result.Mask.Batch, result.Mask.Codebooks, result.Mask.Frames));
        Assert.Equal(3, result.Audio.Count);
        Assert.All(result.Audio, piece => Assert.Equal((44100, 82 * 768), (piece.SampleRate, piece.Length)));
        Assert.NotEqual(result.Codes.SliceBatch(0, 1).Values, result.Codes.SliceBatch(1, 1).Values);
    }

    [Theory]
    [InlineData(22050 * 7 / 10, 1)]
    [InlineData(384 * 40, 1)]
    [InlineData(22050 * 7 / 10, 2)]
    public async Task VampAsync_Seamless_StepsNoFartherAtTheSeamThanInside(int length, int stretch)
    {
        AudioClip clip = new(22050, [Clip.Channels[0][..Math.Min(length, Clip.Length)]]);

        VampResult result = await Pipeline.VampAsync(
            clip,
            Options with
            {
                Seamless = true,
                TimeStretchFactor = stretch,
            },
            cancellationToken: TestContext.Current.CancellationToken
        );

        float[] loop = result.Audio[0].Channels[0];
        Assert.Equal(clip.Length * 2 * stretch, loop.Length);
        float[] steps = [.. loop.Zip(loop.Skip(1), (before, after) => Math.Abs(after - before))];
        Assert.InRange(Math.Abs(loop[0] - loop[^1]), 0, steps.Max());
        // Nor does its curve break: the second difference at the seam is one of those inside.
        float[] bends = [.. loop.Skip(1).Zip(loop, loop.Skip(2)).Select(three => Math.Abs(three.Second - (2 * three.First) + three.Third))];
        Assert.InRange(Math.Abs(loop[^1] - (2 * loop[0]) + loop[1]), 0, bends.Max());
    }

    [Fact]
    public async Task VampAsync_SeamlessAndEverythingKept_IsTheLoopThroughTheCodec()
    {
        AudioClip clip = Chord(44100, 768 * 30 / 44100.0);
        VampOptions keep = Options with { Seamless = true, GivenMask = new TokenGrid<bool>(1, 14, 30) };
        AudioClip twice = new(
            44100,
            [
                [.. clip.Channels[0], .. clip.Channels[0], .. clip.Channels[0]],
            ]
        );

        VampResult loop = await Pipeline.VampAsync(clip, keep, cancellationToken: TestContext.Current.CancellationToken);
        TokenGrid<long> middle = (await Pipeline.EncodeAsync(twice, cancellationToken: TestContext.Current.CancellationToken)).SliceFrames(
            30,
            30
        );

        // The loop played three times is the same sound in its middle; loudness is measured over blocks, and differs a little.
        Assert.InRange(
            loop.Codes.Values.Zip(middle.Values).Count(pair => pair.First == pair.Second),
            loop.Codes.Values.Length * 9 / 10,
            int.MaxValue
        );
    }

    [Fact]
    public async Task VampAsync_Part_KeepsTheRestSampleForSample()
    {
        // Quiet, so that the new part has room for its peaks.
        AudioClip clip = new(
            22050,
            [
                [.. Chord(22050, 0.7).Channels[0].Select(sample => sample / 50)],
            ]
        );

        VampResult result = await Pipeline.VampAsync(
            clip,
            Options with
            {
                StartSeconds = 0.2,
                EndSeconds = 0.5,
            },
            cancellationToken: TestContext.Current.CancellationToken
        );

        float[] whole = result.Audio[0].Channels[0];
        Assert.Equal((clip.SampleRate, clip.Length), (result.Audio[0].SampleRate, whole.Length));
        Assert.Equal(clip.Channels[0][..4410], whole[..4410]);
        Assert.Equal(clip.Channels[0][11025..], whole[11025..]);
        Assert.NotEqual(clip.Channels[0][5000..10000], whole[5000..10000]);
        // As loud as before, less what the crossfades take from the noise at its ends; the models themselves give -24 LUFS.
        double before = Loudness.Measure(clip.Channels[0].AsSpan(4410, 6615), 22050);
        Assert.InRange(Loudness.Measure(whole.AsSpan(4410, 6615), 22050), before - 6, before + 0.1);
    }

    [Fact]
    public async Task VampAsync_PitchShift_EncodesTheShiftedSound()
    {
        TokenGrid<long> shifted = await Pipeline.EncodeAsync(
            PitchShifter.Shift(Clip.ToMono(), -3),
            cancellationToken: TestContext.Current.CancellationToken
        );

        VampResult result = await VampAsync(
            Options with
            {
                PitchShiftSemitones = -3,
                GivenMask = new TokenGrid<bool>(1, 14, shifted.Frames),
            }
        );

        Assert.Equal(shifted.Values, result.Codes.Values);
    }

    [Fact]
    public async Task VampAsync_ChoicesThatContradict_AreRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => VampAsync(Options with { Seamless = true, EndSeconds = 0.3 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => VampAsync(Options with { PitchShiftSemitones = 13 }));
        Assert.Equal("VNR0115", (await Assert.ThrowsAsync<RuntimeException>(() => VampAsync(Options with { EndSeconds = 9 }))).Id);
    }

    [Fact]
    public async Task VampAsync_EverythingKept_GivesTheCodesBack()
    {
        TokenGrid<long> codes = await Pipeline.EncodeAsync(Clip, cancellationToken: TestContext.Current.CancellationToken);

        VampResult result = await VampAsync(Options with { GivenMask = new TokenGrid<bool>(1, 14, codes.Frames) });

        Assert.Equal(codes.Values, result.Codes.Values);
        Assert.Equal(codes.Values, result.Masked.Values);
    }

    [Fact]
    public async Task VampAsync_RestoreLoudness_EndsAtTheInputsLoudness()
    {
        AudioClip quiet = new(
            Clip.SampleRate,
            [
                [.. Clip.Channels[0].Select(sample => sample * 0.05f)],
            ]
        );

        VampResult result = await Pipeline.VampAsync(
            quiet,
            Options with
            {
                RestoreLoudness = true,
            },
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(Loudness.Measure(quiet), Loudness.Measure(result.Audio[0]), 0.01);
    }

    [Fact]
    public async Task VampAsync_Progress_PassesEveryStageInOrder()
    {
        List<VampProgress> reports = [];

        await Pipeline.VampAsync(Clip, Options, new Listener(reports), TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                new(VampStage.Encode, 1, 1, 1, 1),
                new(VampStage.Coarse, 1, 1, 1, 3),
                new(VampStage.Coarse, 1, 1, 2, 3),
                new(VampStage.Coarse, 1, 1, 3, 3),
                new(VampStage.Fine, 1, 1, 1, 2),
                new(VampStage.Fine, 1, 1, 2, 2),
                new(VampStage.Decode, 1, 1, 1, 1),
            ],
            reports
        );
    }

    [Theory]
    [InlineData(VampStage.Encode)]
    [InlineData(VampStage.Coarse)]
    [InlineData(VampStage.Fine)]
    public async Task VampAsync_CancelledInAnyStage_Stops(VampStage stage)
    {
        using CancellationTokenSource cancel = new();
        List<VampProgress> reports = [];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Pipeline.VampAsync(
                Clip,
                Options,
                new Listener(
                    reports,
                    value =>
                    {
                        if (value.Stage == stage)
                        {
                            cancel.Cancel();
                        }
                    }
                ),
                cancel.Token
            )
        );

        Assert.Equal(stage, reports[^1].Stage);
    }

    [Fact]
    public async Task VampAsync_OptionOutOfRange_IsAProgrammingError()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => VampAsync(Options with { BatchSize = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => VampAsync(Options with { CoarseChunkSeconds = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => VampAsync(Options with { Mask = new() { Dropout = 2 } }));
    }

    [Fact]
    public Task VampAsync_MaskForAnotherInput_IsRefused() =>
        RefusedAsync("VNR0202", Clip, Options with { GivenMask = new TokenGrid<bool>(1, 14, 40) });

    [Fact]
    public Task VampAsync_ASignalThatTheModelsLack_IsRefused() =>
        RefusedAsync(
            "VNR0208",
            Clip,
            Options with
            {
                Controls = new Dictionary<string, ControlSignal> { ["rms"] = new ControlSignal(new float[40], new float[40]) },
            }
        );

    [Fact]
    public async Task VampAsync_ASignalWithoutAMask_IsAProgrammingError() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            VampAsync(Options with { Controls = new Dictionary<string, ControlSignal> { ["rms"] = new ControlSignal(new float[40], []) } })
        );

    [Fact]
    public Task VampAsync_Silence_IsRefused() => RefusedAsync("VNR0112", new AudioClip(44100, [new float[44100]]), Options);

    [Fact]
    public Task VampAsync_NotFinite_IsRefused() => RefusedAsync("VNR0110", new AudioClip(44100, [0f, float.PositiveInfinity]), Options);

    [Fact]
    public Task VampAsync_TooShort_IsRefused() => RefusedAsync("VNR0111", new AudioClip(96000, [0f, 1f]), Options);

    [Fact]
    public async Task DecodeAsync_CodesOutOfRange_IsRefused() =>
        Assert.Equal(
            "VNR0205",
            (
                await Assert.ThrowsAsync<RuntimeException>(() =>
                    Pipeline.DecodeAsync(
                        new TokenGrid<long>(1, 14, 1, [.. Enumerable.Repeat(-1L, 14)]),
                        cancellationToken: TestContext.Current.CancellationToken
                    )
                )
            ).Id
        );

    /// <summary>docs/runtime.md shows this method's body.</summary>
    [Fact]
    public async Task Example_OfTheDocumentation_RunsAsPrinted()
    {
        using TemporaryFolder folder = new();
        string input = Path.Combine(folder.Path, "in.wav"),
            output = Path.Combine(folder.Path, "out.wav"),
            modelFolder = exported.Micro.Folder;
        using (FileStream wave = File.Create(input))
        {
            WavWriter.Write(wave, Clip, WavEncoding.Pcm16);
        }

        CancellationToken cancellationToken = TestContext.Current.CancellationToken;

        // example
        using VampNetModels models = VampNetModels.Open(modelFolder);
        VampNetPipeline pipeline = new(models);

        AudioClip clip = await AudioFile.ReadAsync(input, cancellationToken: cancellationToken);
        VampOptions options = new()
        {
            Seed = 7,
            Mask = new() { PeriodicPrompt = 5 },
            Coarse = new() { Steps = 12 },
        };
        VampResult result = await pipeline.VampAsync(clip, options, cancellationToken: cancellationToken);

        using FileStream file = File.Create(output);
        WavWriter.Write(file, result.Audio[0], WavEncoding.Pcm16);
        // end

        Assert.Equal(44 + result.Audio[0].Length * 2, file.Length);
    }

    [Fact]
    public void Example_OfTheDocumentation_IsTheOneTested()
    {
        string source = File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "tests", "VampNet.Runtime.Tests", "VampNetPipelineTests.cs"));
        string page = File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "docs", "runtime.md"));
        string example = source.Split("        // example\n")[1].Split("        // end\n")[0];

        Assert.Contains(string.Join('\n', example.Split('\n').Select(line => line.Length > 8 ? line[8..] : line.Trim())), page);
    }

    internal static AudioClip Chord(int rate, double seconds) =>
        new(
            rate,
            [
                [
                    .. Enumerable
                        .Range(0, (int)(rate * seconds))
                        .Select(index => 0.2f * (MathF.Sin(index * 0.07f) + MathF.Sin(index * 0.113f) + MathF.Sin(index * index * 1e-6f))),
                ],
            ]
        );

    private Task<VampResult> VampAsync(VampOptions options) =>
        Pipeline.VampAsync(Clip, options, cancellationToken: TestContext.Current.CancellationToken);

    private async Task RefusedAsync(string id, AudioClip clip, VampOptions options) =>
        Assert.Equal(
            id,
            (
                await Assert.ThrowsAsync<RuntimeException>(() =>
                    Pipeline.VampAsync(clip, options, cancellationToken: TestContext.Current.CancellationToken)
                )
            ).Id
        );

    private sealed class Listener(List<VampProgress> reports, Action<VampProgress>? then = null) : IProgress<VampProgress>
    {
        public void Report(VampProgress value)
        {
            reports.Add(value);
            then?.Invoke(value);
        }
    }
}
