using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using VampNet.Checkpoints;
using VampNet.Training.Modules;
using VampNet.Training.Optimization;
using static TorchSharp.torch;

namespace VampNet.Benchmarks;

/// <summary>Cost of a LoRA step: memory, and processor time compared with only a forward and backward pass of the same module.</summary>
internal static class TuningBenchmark
{
    // LAC's frames for one second: 44100 / 768.
    private const double FramesPerSecond = 57.42;

    public static Command Command()
    {
        Argument<DirectoryInfo> checkpoints = new("checkpoints") { Description = "Folder with coarse.pth and codec.pth." };
        Option<double> seconds = new("--seconds")
        {
            DefaultValueFactory = _ => 2,
            HelpName = "SECONDS",
            Description = "Length of the crop.",
        };
        Option<int> turns = new("--turns")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "Measure N turns of both after one that warms up.",
        };
        Option<bool> recompute = new("--recompute")
        {
            Description = "Compute activations again for the gradients, as tune --recompute does.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 2,
            HelpName = "N",
            Description = "Threads per operator.",
        };
        Command command = new(
            "tuning",
            "Prints the processor time of one LoRA step of coarse at batch 1, beside forward and backward alone, and the memory of both."
        )
        {
            checkpoints,
            seconds,
            turns,
            recompute,
            threads,
        };
        command.SetAction(arguments =>
            Run(
                arguments.GetRequiredValue(checkpoints).FullName,
                Math.Max(1, (int)(arguments.GetValue(seconds) * FramesPerSecond)),
                arguments.GetValue(turns),
                arguments.GetValue(recompute),
                arguments.GetValue(threads)
            )
        );
        return command;
    }

    private static void Run(string folder, int frames, int turns, bool recompute, int threads)
    {
        set_num_threads(threads);
        using PrivateMemory memory = new();
        using TrainableTransformer model = Load(folder);
        double weights = memory.Peak / 1e9;
        using TrainingStep step = new(
            model,
            new NoamSchedule(model.Configuration.EmbeddingDim, 500, 2),
            0.01,
            5,
            0.1,
            teacher: null,
            recompute
        );
        model.train();
        using Tensor codes = randint(
            0,
            model.Configuration.VocabularySize,
            [1, model.Configuration.Codebooks, frames],
            dtype: ScalarType.Int64
        );
        using Tensor mask = rand(1, model.Configuration.Codebooks, frames) < 0.7;
        List<(double Bare, double Step)> times = [];
        for (int turn = 0; turn <= turns; turn++)
        {
            double bare = ProcessorSeconds(() => ForwardAndBackward(model, codes, mask));
            double whole = ProcessorSeconds(() =>
            {
                step.Accumulate(codes, mask, 1, (ulong)turn);
                step.Update();
            });
            // The first turn allocates.
            if (turn > 0)
            {
                times.Add((bare, whole));
            }
        }

        double ratio = Median(times.Select(each => each.Step / each.Bare));
        long frozen = model.Parameters().Count(each => !each.Tensor.requires_grad && each.Tensor.grad is not null);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                coarse, batch 1, {frames} frames, {threads} threads, {turns} turns{(recompute ? ", activations recomputed" : "")}
                forward and backward alone  {Median(times.Select(each => each.Bare)):0.00} s of processor time
                LoRA step                   {Median(times.Select(each => each.Step)):0.00} s of processor time
                step / alone                {ratio:0.00} (median of turns, {times.Min(each => each.Step / each.Bare):0.00} to {times.Max(
                    each => each.Step / each.Bare
                ):0.00})
                memory with the weights     {weights:0.00} GB
                memory at its peak          {memory.Peak / 1e9:0.00} GB
                frozen weights with a gradient  {frozen}
                """
            )
        );
    }

    private static TrainableTransformer Load(string folder)
    {
        using Checkpoint transformer = Checkpoint.Open(Path.Combine(folder, "coarse.pth"));
        using Checkpoint codec = Checkpoint.Open(Path.Combine(folder, "codec.pth"));
        TrainableTransformer model = WeightSource.Load(transformer, codec, lora: null, withLora: true, seed: 1);
        model.FreezeAllButLora();
        return model;
    }

    private static void ForwardAndBackward(TrainableTransformer model, Tensor codes, Tensor mask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = model.forward(codes.masked_fill(mask, model.Configuration.MaskToken));
        Tensor targets = codes.masked_fill(mask.logical_not(), -100).transpose(1, 2);
        nn.functional.cross_entropy(logits.reshape(-1, logits.shape[3]), targets.reshape(-1), ignore_index: -100).backward();
        foreach (TrainedParameter parameter in model.Trained)
        {
            parameter.Tensor.grad?.zero_();
        }
    }

    private static double ProcessorSeconds(Action work)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
