using VampNet.Cli;

namespace VampNet.Chaos;

/// <summary>Gives every file of a folder to every command that reads files of its kind.</summary>
internal static class HostileFiles
{
    /// <summary>Runs them all. A bug of ours, a crash or a file left behind is a fault; refusing the file is not.</summary>
    /// <param name="inputs">Other files that the commands read.</param>
    /// <param name="hostile">The folder of hostile files.</param>
    /// <param name="folder">An empty folder to write in.</param>
    public static async Task<ChaosRow> RunAsync(ChaosInputs inputs, string hostile, string folder)
    {
        List<string> faults = [];
        int cases = 0;
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(hostile, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (string[] line in Lines(inputs, file, folder))
            {
                cases++;
                (int exitCode, string error) = await CommandRun.RunAsync(line).ConfigureAwait(false);
                if (
                    exitCode
                    is not (ExitCode.Done or ExitCode.DataRefused or ExitCode.WrongUsage or ExitCode.ParityFailed or ExitCode.Undecided)
                )
                {
                    faults.Add($"{Path.GetFileName(file)}, {line[0]}: exit code {exitCode}: {error.Trim()}");
                }

                foreach (string left in Directory.EnumerateFileSystemEntries(folder))
                {
                    if (exitCode != ExitCode.Done && !left.EndsWith(".onnx", StringComparison.Ordinal))
                    {
                        faults.Add($"{Path.GetFileName(file)}, {line[0]}: left {Path.GetFileName(left)}");
                    }

                    File.Delete(left);
                }
            }
        }

        return new ChaosRow("hostile files", "read", cases, faults);
    }

    private static IEnumerable<string[]> Lines(ChaosInputs inputs, string file, string folder)
    {
        string graph = Path.Combine(folder, "out.onnx"),
            sound = Path.Combine(folder, "out.wav");
        return file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)
            ?
            [
                ["inspect", file],
                ["explain", file, Path.Combine(folder, "page.html")],
                ["optimize", file, graph],
                ["quantize", file, graph, "--judge", "1", "--extent", "4"],
            ]
            :
            [
                ["inspect", file],
                ["encode", file, Path.Combine(folder, "out.safetensors"), "--models", inputs.Models],
                ["decode", file, sound, "--models", inputs.Models],
                ["vamp", inputs.Sound, sound, "--models", inputs.Models, "--settings", file],
                ["vamp", inputs.Sound, sound, "--models", inputs.Models, "--mask", file, "--steps", "1"],
                ["vamp", inputs.Sound, sound, "--models", inputs.Models, "--onsets", file, "--onset-width", "1", "--steps", "1"],
            ];
    }
}
