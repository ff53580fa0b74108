using System.CommandLine;
using System.Diagnostics;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

namespace VampNet.Benchmarks;

/// <summary>Time and memory of preparing, encoding and decoding a long recording in chunks.</summary>
internal static class RecordingBenchmark
{
    public static Command Command()
    {
        Argument<DirectoryInfo> models = new("models") { Description = "Folder of exported models; the codec's graphs suffice." };
        Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 600, HelpName = "S", Description = "Length of the recording." };
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => 0, HelpName = "N", Description = "Threads per operator; 0 for one per core." };
        Command command = new("recording", "Prints the time that encoding and decoding a stereo recording takes, and the memory at its peak.") { models, seconds, threads };
        command.SetAction((arguments, cancellation) => RunAsync(
            arguments.GetRequiredValue(models).FullName, arguments.GetValue(seconds), new ModelOptions { Threads = arguments.GetValue(threads) }, cancellation));
        return command;
    }

    private static async Task RunAsync(string folder, double seconds, ModelOptions options, CancellationToken cancellation)
    {
        using VampNetModels models = VampNetModels.Open(folder, options);
        VampNetPipeline pipeline = new(models);
        using PrivateMemory memory = new();
        Stopwatch watch = Stopwatch.StartNew();
        TokenGrid<long> codes = await pipeline.EncodeAsync(Recording(seconds), null, cancellation);
        Console.WriteLine($"encode: {watch.Elapsed.TotalSeconds / seconds:F3} s/s, peak {memory.Peak / 1e9:F2} GB");
        watch.Restart();
        await pipeline.DecodeAsync(codes, null, cancellation);
        Console.WriteLine($"decode: {watch.Elapsed.TotalSeconds / seconds:F3} s/s, peak {memory.Peak / 1e9:F2} GB");
    }

    private static AudioClip Recording(double seconds)
    {
        float[] left = new float[(int)(seconds * 48000)], right = new float[left.Length];
        for (int index = 0; index < left.Length; index++)
            (left[index], right[index]) = (0.3f * MathF.Sin(index * 0.03f), 0.3f * MathF.Sin(index * 0.0371f));
        return new AudioClip(48000, left, right);
    }
}
