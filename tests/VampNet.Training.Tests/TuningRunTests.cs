using System.Diagnostics;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.TestSupport;
using VampNet.Torch;
using VampNet.Training.Data;

namespace VampNet.Training.Tests;

/// <summary>Whole runs on the golden models.</summary>
[Collection(LibTorchCollection.Name)]
public sealed class TuningRunTests : IDisposable
{
    private static readonly TrainingOptions Quick = new()
    {
        Steps = 6,
        Batch = 2,
        CropSeconds = 0.5,
        Dropout = 0.1,
        EvaluateEvery = 2,
        EvaluationCrops = 2,
        CheckpointInterval = TimeSpan.Zero,
        HeldOutShare = 0.25,
        Seed = 7,
        Threads = 1,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Theory]
    [InlineData("coarse", false, 1, TrainingPrecision.Float32)]
    [InlineData("coarse", false, 2, TrainingPrecision.Float32)]
    [InlineData("c2f", false, 1, TrainingPrecision.Float32)]
    [InlineData("c2f", true, 1, TrainingPrecision.Float32)]
    [InlineData("coarse", false, 1, TrainingPrecision.Bfloat16)]
    [InlineData("c2f", true, 1, TrainingPrecision.Bfloat16)]
    public void Run_KilledAndResumed_GivesTheBytesOfAnUninterruptedRun(
        string model,
        bool full,
        int accumulation,
        TrainingPrecision precision
    )
    {
        TrainingOptions options = Quick with { Full = full, Accumulation = accumulation, Precision = precision };
        Run(Request(model, "whole", options));
        var killed = new Killer(step: 4);

        Assert.Throws<KilledException>(() => Run(Request(model, "resumed", options), killed));
        Run(Request(model, "resumed", options) with { Resume = true });

        string[] files = [.. Outputs("whole")];
        Assert.Equal(full ? 2 : 4, files.Length);
        Assert.Equal(files, Outputs("resumed"));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(At("whole", file)), File.ReadAllBytes(At("resumed", file))));
        Assert.Equal(Columns("whole/loss.csv"), Columns("resumed/loss.csv"));
        Assert.Equal(File.ReadAllText(At("whole", "held_out.csv")), File.ReadAllText(At("resumed", "held_out.csv")));
    }

    [Fact]
    public void Run_Cancelled_SavesTheStepsTakenAndGoesOnLater()
    {
        using CancellationTokenSource source = new();
        TrainingOptions options = Quick with { CheckpointInterval = TimeSpan.FromHours(1) };

        TuningResult first = TuningRun.Run(Request("coarse", "run", options), new Canceller(source, step: 3), clock: null, source.Token);
        TuningResult second = Run(Request("coarse", "run", options) with { Resume = true });

        Assert.Equal((TuningEnd.Cancelled, 3), (first.End, first.Steps));
        Assert.Equal((TuningEnd.Steps, 6), (second.End, second.Steps));
        Assert.Equal(first.Before, second.Before);
    }

    [Fact]
    public void Run_WhatItWrites_IsWhatUpstreamLoadsAndExportBinds()
    {
        Run(Request("coarse", "run", Quick));

        using Checkpoint codec = Checkpoint.Open(Golden.Path(GoldenSteps.Codec));
        using Checkpoint original = Checkpoint.Open(Golden.Path("tune/coarse.pth"));
        using Checkpoint golden = Checkpoint.Open(Golden.Path("tune/coarse_lora.pth"));
        using Checkpoint lora = Checkpoint.Open(At("run", "latest/lora.pth"));
        using Checkpoint weights = Checkpoint.Open(At("run", "latest/vampnet/weights.pth"));
        Assert.Equal(golden.TensorList.Select(tensor => tensor.ToString()), lora.TensorList.Select(tensor => tensor.ToString()));
        Assert.Equal(original.TensorList.Select(tensor => tensor.ToString()), weights.TensorList.Select(tensor => tensor.ToString()));
        BoundTransformer laid = ModelBinder.BindTransformer(original, codec, lora),
            whole = ModelBinder.BindTransformer(weights, codec);
        Assert.All(laid.Weights, weight => Assert.Equal(weight.Value.ToArray(), whole.Weights[weight.Key].ToArray()));
        Assert.NotEqual(
            original.Tensors["transformer.layers.1.self_attn.fc.lora_A"].ToSingles(),
            lora.Tensors["transformer.layers.1.self_attn.fc.lora_A"].ToSingles()
        );
    }

    [Fact]
    public void Run_OnALoop_LearnsIt()
    {
        TuningResult result = Run(
            Request("coarse", "run", Quick with { Full = true, Steps = 60, Warmup = 20, EvaluateEvery = 20, Dropout = 0 })
        );

        Assert.True(result.Best.Average() < result.Before.Average() - 1, $"{result.Before.Average()} to {result.Best.Average()}");
        Assert.InRange(result.BestStep, 20, 60);
    }

    [Fact]
    public void Run_WithHeldOutThatGetsNoBetter_EndsEarly()
    {
        // A rate this high only does harm.
        TuningResult result = Run(
            Request("coarse", "run", Quick with { Steps = 100, RateFactor = 1000, Warmup = 1, EvaluateEvery = 1, Patience = 2 })
        );

        Assert.Equal(TuningEnd.Patience, result.End);
        Assert.Equal(result.BestStep + 2, result.Steps);
    }

    [Fact]
    public void Run_WithATimeLimit_EndsWhenResumedRunsTogetherReachIt()
    {
        var clock = new SteppingClock(TimeSpan.FromMinutes(1));
        TrainingOptions options = Quick with { Steps = 1000, Patience = 0, TimeLimit = TimeSpan.FromHours(1) };

        TuningResult first = Run(Request("coarse", "run", options), null, clock);
        TuningResult second = Run(Request("coarse", "run", options) with { Resume = true }, null, clock);

        Assert.Equal(TuningEnd.TimeLimit, first.End);
        Assert.InRange(first.Steps, 2, 60);
        Assert.Equal((TuningEnd.TimeLimit, first.Steps), (second.End, second.Steps));
    }

    [Fact]
    public void Run_OnOneShortPiece_TrainsWithoutHeldOut()
    {
        Corpus corpus = SyntheticCorpus.OfPieces(1, frames: 29);

        TuningResult result = Run(Request("c2f", "run", Quick with { CropSeconds = 3 }) with { Corpus = corpus });

        Assert.Equal((1, 0, 6), (result.TrainedPieces, result.HeldOutPieces, result.Steps));
        Assert.Empty(result.Best);
        Assert.False(Directory.Exists(At("run", "best")));
        Assert.True(File.Exists(At("run", "latest/lora.pth")));
    }

    [Fact]
    public void Run_OnQuietPieces_LeavesThemOutOrIsRefused()
    {
        Piece loud = SyntheticCorpus.Piece("loud.wav", 40, 1),
            quiet = SyntheticCorpus.Piece("quiet.wav", 40, 2, power: 1e-6f);

        TuningResult result = Run(Request("coarse", "some", Quick) with { Corpus = SyntheticCorpus.Of(loud, quiet) });
        TrainingException refused = Assert.Throws<TrainingException>(() =>
            Run(Request("coarse", "none", Quick) with { Corpus = SyntheticCorpus.Of(quiet) })
        );

        Assert.Equal("quiet.wav", Assert.Single(result.Skipped).Name);
        Assert.Equal("VNT0104", refused.Id);
        Assert.Contains("-60.7 LUFS", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WhereARunIs_IsRefusedUnlessResumed()
    {
        Run(Request("coarse", "run", Quick with { Steps = 1 }));

        TrainingException refused = Assert.Throws<TrainingException>(() => Run(Request("coarse", "run", Quick)));

        Assert.Equal("VNT0203", refused.Id);
        Assert.Contains("--resume", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ResumedWithOtherOptions_IsRefusedByTheirNames()
    {
        Run(Request("coarse", "run", Quick with { Steps = 1 }));

        TrainingException refused = Assert.Throws<TrainingException>(() =>
            Run(
                Request("coarse", "run", Quick with { Batch = 3, Seed = 8, Precision = TrainingPrecision.Bfloat16 }) with
                {
                    Resume = true,
                    Corpus = SyntheticCorpus.OfPieces(5, 60),
                }
            )
        );

        Assert.Equal("VNT0202", refused.Id);
        Assert.Contains("--batch 3 where the run began with 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--seed 8 where the run began with 7", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--precision bfloat16 where the run began with float32", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--audio ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("--clip", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ResumedFromAnotherKindOfFile_IsRefused()
    {
        Run(Request("coarse", "run", Quick with { Steps = 1 }));
        SafeTensorsWriter.WriteFile(At("run", "state/step-00000002.safetensors"), [TensorEntry.From("x", [1f], 1)]);

        TrainingException refused = Assert.Throws<TrainingException>(() => Run(Request("coarse", "run", Quick) with { Resume = true }));

        Assert.Equal("VNT0201", refused.Id);
        Assert.Contains("step-00000002", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithALossThatIsNoNumber_StopsAndNamesStepAndPieces()
    {
        string lora = At("", "lora.pth");
        using (Checkpoint golden = Checkpoint.Open(Golden.Path("tune/coarse_lora.pth")))
        {
            PthWriter.WriteStateDictFile(
                lora,
                golden.TensorList.Select(tensor =>
                    TensorEntry.From(tensor.Name, [.. tensor.ToSingles().Select(_ => float.NaN)], [.. tensor.Shape])
                )
            );
        }

        TrainingException refused = Assert.Throws<TrainingException>(() => Run(Request("coarse", "run", Quick) with { LoraPath = lora }));

        Assert.Equal("VNT0301", refused.Id);
        Assert.Contains("at step 1, on crops of piece", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(At("run", "state")));
    }

    [Fact]
    public void Run_WithALossThatBecomesNoNumber_KeepsTheCheckpointsBefore()
    {
        // A rate this high takes the factors so far that their product leaves the range of float32: the loss of the next step is no number.
        TrainingOptions options = Quick with
        {
            RateFactor = 1e38,
            Warmup = 1,
            EvaluateEvery = 1,
            Patience = 0,
            ClipNorm = 1e6,
        };

        TrainingException stopped = Assert.Throws<TrainingException>(() => Run(Request("coarse", "run", options)));

        Assert.Equal("VNT0301", stopped.Id);
        Assert.Matches("a loss of NaN .* at step 2, on crops of piece[0-9].wav", stopped.Message);
        Assert.Equal(["step-00000001.safetensors"], Directory.EnumerateFiles(At("run", "state")).Select(Path.GetFileName));
        using Checkpoint codec = Checkpoint.Open(Golden.Path(GoldenSteps.Codec));
        using Checkpoint original = Checkpoint.Open(Golden.Path("tune/coarse.pth"));
        foreach (string tag in (string[])["best", "latest"])
        {
            using Checkpoint weights = Checkpoint.Open(At("run", $"{tag}/vampnet/weights.pth"));
            Assert.Equal(2, ModelBinder.BindTransformer(weights, codec).Configuration.Layers);
            Assert.All(weights.TensorList, tensor => Assert.All(tensor.ToSingles(), value => Assert.True(float.IsFinite(value))));
            Assert.Equal(
                tag == "best",
                weights
                    .Tensors["transformer.layers.0.self_attn.fc.lora_B"]
                    .ToSingles()
                    .SequenceEqual(original.Tensors["transformer.layers.0.self_attn.fc.lora_B"].ToSingles())
            );
        }

        TrainingException resumed = Assert.Throws<TrainingException>(() => Run(Request("coarse", "run", options) with { Resume = true }));
        Assert.Contains("at step 2", resumed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAStepThatLeavesTheRangeOfFloat32_DoesNotSaveIt()
    {
        Run(Request("coarse", "run", Quick with { Steps = 2 }));
        byte[] latest = File.ReadAllBytes(At("run", "latest/lora.pth"));
        SpoilMoments(At("run", "state/step-00000002.safetensors"));

        TrainingException stopped = Assert.Throws<TrainingException>(() => Run(Request("coarse", "run", Quick) with { Resume = true }));

        Assert.Equal("VNT0301", stopped.Id);
        Assert.Contains("NaN or infinity after step 3", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["step-00000001.safetensors", "step-00000002.safetensors"],
            Directory.EnumerateFiles(At("run", "state")).Select(Path.GetFileName).Order()
        );
        Assert.Equal(latest, File.ReadAllBytes(At("run", "latest/lora.pth")));
    }

    [Fact]
    public void Run_OnAGpuOfABuildWithoutCuda_IsRefusedBeforeAnythingIsWritten()
    {
        Assert.SkipWhen(TorchCuda.Probe().Gpus > 0, "This machine has a GPU that libtorch can use.");

        TrainingException refused = Assert.Throws<TrainingException>(() =>
            Run(Request("coarse", "run", Quick with { Device = new TrainingDevice(0) }))
        );

        Assert.Equal("VNT0501", refused.Id);
        Assert.False(Directory.Exists(At("", "run")));
    }

    [Fact]
    public void Run_ShallowFromATeacher_BeginsWhereRandomWeightsDoNot()
    {
        TrainingOptions options = Quick with { NewSize = ModelSize.Shallow, Full = true, Steps = 1 };

        TuningResult random = Run(Request("coarse", "random", options) with { TeacherPath = Golden.Path("tune/coarse.pth") });
        TuningResult taught = Run(
            Request("coarse", "taught", options with { BeginsAsTeacher = true }) with
            {
                TeacherPath = Golden.Path("tune/coarse.pth"),
            }
        );
        TrainingException other = Assert.Throws<TrainingException>(() =>
            Run(Request("coarse", "taught", options) with { TeacherPath = Golden.Path("tune/coarse.pth"), Resume = true })
        );

        Assert.NotEqual(random.Before, taught.Before);
        Assert.Contains("--init random or the checkpoint where the run began with the teacher", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithADiskThatFillsUp_KeepsTheLastStateAndGoesOnLater()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A small disk is mounted as Linux does.");
        Run(Request("coarse", "whole", Quick));
        string disk = Directory.CreateDirectory(At("", "disk")).FullName;
        Assert.SkipUnless(Runs("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk), "No right to mount a small disk.");
        try
        {
            var filler = new Filler(Path.Combine(disk, "filler"), step: 3);

            IOException full = Assert.ThrowsAny<IOException>(() => Run(Request("coarse", "disk", Quick), filler));
            string[] states = [.. Directory.EnumerateFiles(At("disk", "state"), "step-*").Select(path => Path.GetFileName(path)!).Order()];
            File.Delete(filler.Path);
            Run(Request("coarse", "disk", Quick) with { Resume = true });

            Assert.NotEmpty(full.Message);
            Assert.Equal("step-00000002.safetensors", states[^1]);
            Assert.All(Outputs("whole"), file => Assert.Equal(File.ReadAllBytes(At("whole", file)), File.ReadAllBytes(At("disk", file))));
        }
        finally
        {
            Runs("umount", disk);
        }
    }

    [Fact]
    public void Run_KeepsTheLastStates()
    {
        Run(Request("coarse", "run", Quick with { Keep = 2 }));

        Assert.Equal(
            ["step-00000005.safetensors", "step-00000006.safetensors"],
            Directory.EnumerateFiles(At("run", "state")).Select(Path.GetFileName).Order()
        );
    }

    [Theory]
    [InlineData(ModelSize.Same, 2, 32, 2)]
    [InlineData(ModelSize.Small, 2, 16, 1)]
    [InlineData(ModelSize.Shallow, 1, 32, 2)]
    public void Run_OfANewModel_WritesACheckpointOfItsSizeThatBinds(ModelSize size, int layers, int width, int heads)
    {
        TuningResult result = Run(
            Request(
                "c2f",
                "run",
                Quick with
                {
                    NewSize = size,
                    BeginsAsTeacher = size == ModelSize.Shallow,
                    RecomputeActivations = true,
                }
            ) with
            {
                TeacherPath = Golden.Path("tune/c2f.pth"),
            }
        );

        using Checkpoint codec = Checkpoint.Open(Golden.Path(GoldenSteps.Codec));
        using Checkpoint weights = Checkpoint.Open(At("run", "latest/vampnet/weights.pth"));
        TransformerConfiguration made = ModelBinder.BindTransformer(weights, codec).Configuration;
        Assert.Equal(
            (layers, width, heads, 14, 4),
            (made.Layers, made.EmbeddingDim, made.Heads, made.Codebooks, made.ConditioningCodebooks)
        );
        Assert.False(File.Exists(At("run", "latest/lora.pth")));
        Assert.Equal(6, result.Steps);
    }

    [Fact]
    public void Run_OfANewModel_IsDecidedByTheSeed()
    {
        Run(Request("coarse", "one", Quick with { NewSize = ModelSize.Tiny }));
        Run(Request("coarse", "other", Quick with { NewSize = ModelSize.Tiny }));

        Assert.Equal(
            File.ReadAllBytes(At("one", "latest/vampnet/weights.pth")),
            File.ReadAllBytes(At("other", "latest/vampnet/weights.pth"))
        );
    }

    [Fact]
    public void Run_WithATeacher_LearnsWhatItPredicts()
    {
        TrainingOptions options = Quick with
        {
            NewSize = ModelSize.Same,
            TeacherWeight = 1,
            LabelSmoothing = 0,
            Dropout = 0,
            Steps = 60,
            Warmup = 20,
            CheckpointInterval = TimeSpan.FromHours(1),
        };

        Run(Request("coarse", "run", options) with { TeacherPath = Golden.Path("tune/coarse.pth") });

        double[] losses = [.. File.ReadLines(At("run", "loss.csv")).Skip(1).Select(line => double.Parse(line.Split(',')[1]))];
        Assert.True(losses[^10..].Average() < 0.75 * losses[..10].Average(), $"{losses[..10].Average()} to {losses[^10..].Average()}");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static TuningResult Run(TuningRequest request, IProgress<TuningProgress>? progress = null, TimeProvider? clock = null) =>
        TuningRun.Run(request, progress, clock, TestContext.Current.CancellationToken);

    private TuningRequest Request(string model, string run, TrainingOptions options) =>
        new()
        {
            TransformerPath = Golden.Path($"tune/{model}.pth"),
            CodecPath = Golden.Path(GoldenSteps.Codec),
            Corpus = SyntheticCorpus.OfPieces(4, frames: 60),
            OutputFolder = At("", run),
            Options = options,
        };

    private string At(string run, string file) => Path.Combine(_folder.FullName, run, file);

    private IEnumerable<string> Outputs(string run) =>
        Directory
            .EnumerateFiles(At("", run), "*.pth", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(At("", run), path))
            .Order();

    /// <summary>All columns but the speed.</summary>
    private string[] Columns(string table) => [.. File.ReadLines(At("", table)).Select(line => line[..line.LastIndexOf(',')])];

    private static void SpoilMoments(string state)
    {
        byte[] spoiled;
        using (Checkpoint file = Checkpoint.Open(state))
        {
            using MemoryStream stream = new();
            SafeTensorsWriter.Write(
                stream,
                file.TensorList.Select(tensor =>
                    TensorEntry.From(
                        tensor.Name,
                        [
                            .. tensor
                                .ToSingles()
                                .Select(value => tensor.Name.StartsWith("exp_avg.", StringComparison.Ordinal) ? float.NaN : value),
                        ],
                        [.. tensor.Shape]
                    )
                ),
                ((VampNet.Checkpoints.Metadata.MetadataValue.Mapping)file.Metadata).TextEntries.ToDictionary(
                    entry => entry.Key,
                    entry => entry.Value.AsText()
                )
            );
            spoiled = stream.ToArray();
        }

        File.WriteAllBytes(state, spoiled);
    }

    private sealed class KilledException : Exception;

    /// <summary>Ends a run as kill -9 would: nothing is written after this.</summary>
    private sealed class Killer(long step) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value)
        {
            if (value.Step == step)
            {
                throw new KilledException();
            }
        }
    }

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Takes what is left of a disk, after a step.</summary>
    private sealed class Filler(string path, long step) : IProgress<TuningProgress>
    {
        public string Path => path;

        public void Report(TuningProgress value)
        {
            if (value.Step != step || File.Exists(path))
            {
                return;
            }

            using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            try
            {
                for (byte[] block = new byte[4096]; ; )
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Full, as asked.
            }
        }
    }

    private sealed class Canceller(CancellationTokenSource source, long step) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value)
        {
            if (value.Step == step)
            {
                source.Cancel();
            }
        }
    }

    /// <summary>Every look at it takes as long.</summary>
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks += step.Ticks;
    }
}
