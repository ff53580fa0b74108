using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using VampNet.Cli;
using VampNet.Files;

namespace VampNet.Chaos;

/// <summary>
/// Makes every call fail by which a command creates, flushes, renames or removes a file, one call after another, and kills the process at
/// each. Afterwards there must be the earlier files, the new ones, or no first file; and the next run must find nothing in its way.
/// </summary>
/// <param name="inputs">Files that the commands read.</param>
/// <param name="folder">An empty folder to write in.</param>
internal sealed class CallChaos(ChaosInputs inputs, string folder)
{
    private readonly string _folder = folder;

    /// <summary>The commands, over the folder.</summary>
    public WritingCommand[] Commands => WritingCommand.All(inputs, _folder);

    /// <summary>Lets each call fail in turn, as a full disk would.</summary>
    /// <param name="command">Command to run.</param>
    /// <param name="stride">1 for every call, n for each nth.</param>
    public async Task<ChaosRow> FailAsync(WritingCommand command, int stride = 1)
    {
        (string[] earlier, string[] later, int calls) = await LearnAsync(command).ConfigureAwait(false);
        List<string> faults = [];
        int tried = 0;
        for (int failing = 0; failing < calls; failing += stride, tried++)
        {
            await BeginAsync(command).ConfigureAwait(false);
            int call = 0;
            FileCalls.Before = (_, path) =>
            {
                if (Interlocked.Increment(ref call) - 1 == failing)
                {
                    throw new IOException($"No space left on device : '{path}'");
                }
            };
            (int exitCode, string error) = await CommandRun.RunAsync(command.Later).ConfigureAwait(false);
            FileCalls.Before = null;
            string[] found = Read(command);
            bool isDone = exitCode == ExitCode.Done && found.SequenceEqual(later);
            bool isUndone = exitCode == ExitCode.DataRefused && found.SequenceEqual(earlier);
            // Only the last flush of a folder's names can fail after everything has its name.
            bool isLate = exitCode == ExitCode.DataRefused && found.SequenceEqual(later);
            if (!isDone && !isUndone && !isLate)
            {
                faults.Add($"call {failing}: exit code {exitCode}, {Describe(found, earlier, later)}: {error.Trim()}");
            }

            faults.AddRange(Strangers(command).Select(name => $"call {failing}: left {name}"));
        }

        return new ChaosRow(command.Name, "fail", tried, faults);
    }

    /// <summary>Kills the process at each call in turn.</summary>
    /// <param name="command">Command to run.</param>
    /// <param name="stride">1 for every call, n for each nth.</param>
    public async Task<ChaosRow> KillAsync(WritingCommand command, int stride = 1)
    {
        (string[] earlier, string[] later, int calls) = await LearnAsync(command).ConfigureAwait(false);
        List<string> faults = [];
        int tried = 0;
        for (int last = 0; last < calls; last += stride, tried++)
        {
            await BeginAsync(command).ConfigureAwait(false);
            await RunKilledAsync(command.Later, last).ConfigureAwait(false);
            string[] found = Read(command);
            if (!found.SequenceEqual(earlier) && !found.SequenceEqual(later) && found[0].Length > 0)
            {
                faults.Add($"call {last}: {Describe(found, earlier, later)}");
            }

            (int exitCode, string error) = await CommandRun.RunAsync(command.Later).ConfigureAwait(false);
            if (exitCode != ExitCode.Done || !Read(command).SequenceEqual(later))
            {
                faults.Add($"call {last}: the next run ended with {exitCode}: {error.Trim()}");
            }

            faults.AddRange(Strangers(command).Select(name => $"call {last}: the next run left {name}"));
        }

        return new ChaosRow(command.Name, "kill", tried, faults);
    }

    /// <summary>The child process of <see cref="KillAsync"/>: runs a command and ends, without any cleaning up, before one call.</summary>
    public static async Task<int> RunChildAsync(int last, string[] arguments)
    {
        int call = 0;
        FileCalls.Before = (_, _) =>
        {
            if (Interlocked.Increment(ref call) - 1 == last)
            {
                using var self = Process.GetCurrentProcess();
                self.Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        };
        return (await CommandRun.RunAsync(arguments).ConfigureAwait(false)).ExitCode;
    }

    private static async Task RunKilledAsync(string[] arguments, int last)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "VampNet.Chaos.dll");
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", program, "child", last.ToString(CultureInfo.InvariantCulture), .. arguments])
        )!;
        await process.WaitForExitAsync().ConfigureAwait(false);
    }

    private async Task<(string[] Earlier, string[] Later, int Calls)> LearnAsync(WritingCommand command)
    {
        await BeginAsync(command).ConfigureAwait(false);
        string[] earlier = Read(command);
        int calls = 0;
        FileCalls.Before = (_, _) => Interlocked.Increment(ref calls);
        await CommandRun.RequireDoneAsync(command.Later).ConfigureAwait(false);
        FileCalls.Before = null;
        string[] later = Read(command);
        return earlier.SequenceEqual(later)
            ? throw new InvalidOperationException($"{command.Name} writes the same twice.")
            : (earlier, later, calls);
    }

    // The earlier files are made once and copied: making them is most of the time.
    private async Task BeginAsync(WritingCommand command)
    {
        string kept = $"{_folder}.{command.Name}";
        if (!Directory.Exists(kept))
        {
            Empty();
            await CommandRun.RequireDoneAsync(command.Earlier).ConfigureAwait(false);
            Copy(_folder, kept);
        }

        Empty();
        Copy(kept, _folder);
    }

    private void Empty()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        Directory.CreateDirectory(_folder);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private string[] Read(WritingCommand command) =>
        [
            .. command
                .Outputs.Select(name => Path.Combine(_folder, name))
                .Select(path => File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : ""),
        ];

    private IEnumerable<string> Strangers(WritingCommand command) =>
        Directory
            .EnumerateFileSystemEntries(_folder)
            .Select(path => Path.GetFileName(path))
            .Except(command.Outputs.Select(name => name.Split('/')[0]));

    private static string Describe(string[] found, string[] earlier, string[] later) =>
        string.Join(
            ", ",
            found.Select(
                (hash, i) =>
                    hash.Length == 0 ? "absent"
                    : hash == later[i] ? "new"
                    : hash == earlier[i] ? "earlier"
                    : "neither"
            )
        );
}
