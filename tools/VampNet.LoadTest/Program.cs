using System.Diagnostics;
using System.Globalization;
using VampNet.LoadTest;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;
using VampNet.Server;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: VampNet.LoadTest MODELS AUDIO [REQUESTS] [CLIENTS]");
    Console.Error.WriteLine("       VampNet.LoadTest MODELS AUDIO first-step [REQUESTS]");
    return 2;
}

if (args.Length > 2 && args[2] == "first-step")
{
    return await TimeFirstStepAsync(args).ConfigureAwait(false);
}

int requests = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 200,
    clients = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 8;
using VampNetModels models = VampNetModels.Open(args[0]);
await using VampServer server = await VampServer.StartAsync(models, new ServerOptions { Port = 0, OscReceivePort = null });
var watch = Stopwatch.StartNew();
LoadResult result = await new LoadRun(server.Address, await File.ReadAllBytesAsync(args[1]), """{"steps": 2, "end": 1}""").RunAsync(
    requests,
    clients,
    CancellationToken.None
);
Console.WriteLine($"{requests} requests from {clients} clients in {watch.Elapsed.TotalSeconds:0} s");
Console.WriteLine($"done {result.Done}, cancelled {result.Cancelled}, lost {result.Lost.Count}");
Console.WriteLine($"managed heap after each quarter, MB: {string.Join(", ", result.MemoryBytes.Select(bytes => $"{bytes / 1e6:0.0}"))}");
Console.WriteLine($"working set, MB: {Environment.WorkingSet / 1e6:0}");
foreach (string lost in result.Lost)
{
    Console.WriteLine(lost);
}

return result.Lost.Count == 0 ? 0 : 1;

static async Task<int> TimeFirstStepAsync(string[] args)
{
    int requests = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 25;
    using var models = VampNetModels.Open(args[0]);
    await using VampServer server = await VampServer.StartAsync(models, new ServerOptions { Port = 0, OscReceivePort = null });
    AudioClip recording = await AudioFile.ReadAsync(args[1]);
    Console.WriteLine($"milliseconds from a request to events, median of {requests} (range)");
    foreach ((string part, string settings) in new[] { ("one second", """{"steps": 12, "end": 1}"""), ("all", """{"steps": 12}""") })
    {
        foreach (bool isNew in new[] { true, false })
        {
            IReadOnlyList<FirstStepTimes> times = await new FirstStep(server.Address, recording, settings).RunAsync(
                requests,
                isNew,
                CancellationToken.None
            );
            Console.WriteLine(
                $"{part} of {(isNew ? "a new recording" : "the same recording")}: accepted {Describe(times, each => each.Accepted)}, "
                    + $"encoded {Describe(times, each => each.Encoded)}, first coarse step {Describe(times, each => each.Step)}"
            );
        }
    }

    return 0;
}

static string Describe(IReadOnlyList<FirstStepTimes> times, Func<FirstStepTimes, double> choose)
{
    double[] sorted = [.. times.Select(choose).Order()];
    return $"{sorted[sorted.Length / 2]:F1} ({sorted[0]:F1} to {sorted[^1]:F1})";
}
