using System.CommandLine;
using System.Diagnostics;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Models;

namespace VampNet.Benchmarks;

/// <summary>Time and memory of preparing, encoding and decoding a long recording in chunks.</summary>
internal static class RecordingBenchmark
{
    public static Command Command()
    {
        Argument<DirectoryInfo> models = new("models") { Description = "Folder of exported models; the codec's graphs suffice." };
        Option<double> seconds = new("--seconds")
        {
            DefaultValueFactory = _ => 600,
            HelpName = "S",
            Description = "Length of the recording.",
        };
        Option<int> chunks = new("--chunks")
        {
            DefaultValueFactory = _ => int.MaxValue,
            HelpName = "N",
            Description = "Stop encoding and decoding after N chunks of 10 s; later chunks would repeat the same work.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 0,
            HelpName = "N",
            Description = "Threads per operator; 0 for one per core.",
        };
        Option<int> steps = new("--vamp")
        {
            HelpName = "N",
            Description = "Vamp the whole recording with N coarse and one c2f step, instead of encoding and decoding alone.",
        };
        Option<bool> release = new("--release") { Description = "Unload each model at the end of its stage." };
        Command command = new(
            "recording",
            "Prints the time that encoding and decoding a stereo recording takes, or vamping it, and the memory at its peak."
        )
        {
            steps,
            models,
            seconds,
            chunks,
            threads,
            release,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
            {
                string folder = arguments.GetRequiredValue(models).FullName;
                ModelOptions options = new() { Threads = arguments.GetValue(threads), KeepLoaded = !arguments.GetValue(release) };
                return arguments.GetValue(steps) is > 0 and int count
                    ? VampAsync(folder, arguments.GetValue(seconds), count, options, cancellationToken)
                    : RunAsync(folder, arguments.GetValue(seconds), arguments.GetValue(chunks), options, cancellationToken);
            }
        );
        return command;
    }

    private static async Task RunAsync(string folder, double seconds, int chunks, ModelOptions options, CancellationToken cancellationToken)
    {
        using VampNetModels models = VampNetModels.Open(folder, options);
        VampNetPipeline pipeline = new(models);
        using PrivateMemory memory = new();
        TokenGrid<long>? codes = await RunChunksAsync(
            "encode",
            chunks,
            seconds,
            memory,
            (progress, token) => pipeline.EncodeAsync(Recording(seconds), progress, token),
            cancellationToken
        );
        codes ??= new TokenGrid<long>(1, models.Decoder.Configuration.Codebooks, models.Decoder.Configuration.Rate.ToFrames(seconds));
        await RunChunksAsync(
            "decode",
            chunks,
            seconds,
            memory,
            (progress, token) => pipeline.DecodeAsync(codes, progress, token),
            cancellationToken
        );
    }

    /// <summary>Vamps a recording, and prints the largest private memory of each stage.</summary>
    private static async Task VampAsync(string folder, double seconds, int steps, ModelOptions options, CancellationToken cancellationToken)
    {
        using VampNetModels models = VampNetModels.Open(folder, options);
        using PrivateMemory memory = new();
        StagePeaks peaks = new(memory);
        Stopwatch watch = Stopwatch.StartNew();
        await new VampNetPipeline(models).VampAsync(
            Recording(seconds),
            new VampOptions
            {
                Coarse = new() { Steps = steps },
                Fine = new() { Steps = 1 },
            },
            peaks,
            cancellationToken
        );
        peaks.Print("the end");
        Console.WriteLine($"vamp of {seconds:F0} s: {watch.Elapsed.TotalSeconds / seconds:F3} s/s, peak {memory.Peak / 1e9:F3} GB");
    }

    /// <summary>Runs a part of the work to its end, or until so many chunks are done; then its result is null.</summary>
    private static async Task<T?> RunChunksAsync<T>(
        string what,
        int chunks,
        double seconds,
        PrivateMemory memory,
        Func<IProgress<VampProgress>, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
        where T : class
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ChunkLimit limit = new(chunks, stop);
        Stopwatch watch = Stopwatch.StartNew();
        T? result = null;
        try
        {
            result = await work(limit, stop.Token);
        }
        catch (OperationCanceledException) when (limit.Last.Chunk == chunks)
        {
            // As asked.
        }

        double done = (double)limit.Last.Chunk / limit.Last.Chunks;
        Console.WriteLine(
            $"{what}: {watch.Elapsed.TotalSeconds / (seconds * done):F3} s/s, {limit.Last.Chunk} of {limit.Last.Chunks} chunks, "
                + $"peak {memory.Peak / 1e9:F2} GB"
        );
        return result;
    }

    private static AudioClip Recording(double seconds)
    {
        float[] left = new float[(int)(seconds * 48000)],
            right = new float[left.Length];
        for (int index = 0; index < left.Length; index++)
        {
            (left[index], right[index]) = (0.3f * MathF.Sin(index * 0.03f), 0.3f * MathF.Sin(index * 0.0371f));
        }

        return new AudioClip(48000, left, right);
    }

    /// <summary>Remembers the last report, and stops the work when enough chunks are done.</summary>
    private sealed class ChunkLimit(int chunks, CancellationTokenSource stop) : IProgress<VampProgress>
    {
        public VampProgress Last { get; private set; }

        public void Report(VampProgress value)
        {
            Last = value;
            if (value.Chunk == chunks)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>Prints the largest memory until the stage that begins.</summary>
    private sealed class StagePeaks(PrivateMemory memory) : IProgress<VampProgress>
    {
        private VampStage? _stage;

        public void Report(VampProgress value)
        {
            if (_stage != value.Stage)
            {
                _stage = value.Stage;
                Print($"the first {value.Stage} chunk");
            }
        }

        public void Print(string until) =>
            Console.WriteLine($"peak until {until}: {memory.Peak / 1e9:F3} GB; arrays {GC.GetTotalMemory(false) / 1e9:F3} GB");
    }
}
