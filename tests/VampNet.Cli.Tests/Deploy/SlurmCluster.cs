using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VampNet.Cli.Tests.Deploy;

/// <summary>A Slurm cluster of one node on the loopback interface, with its files in a folder of its own.</summary>
internal sealed class SlurmCluster : IAsyncDisposable
{
    private const int CoresOfTheNode = 4;

    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "sinfo"];
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly List<Process> _daemons = [];

    private SlurmCluster(string folder) => _folder = folder;

    /// <summary>Why there can be no cluster here; null where there can.</summary>
    public static string? Lack =>
        !OperatingSystem.IsLinux() ? "Slurm runs on Linux."
        : !Environment.IsPrivilegedProcess ? "slurmd needs root."
        : Programs.FirstOrDefault(program => Find(program) is null) is { } missing
            ? $"{missing} is not installed (Debian packages slurmctld, slurmd, slurm-client and munge)."
        : null;

    private string Configuration => Path.Combine(_folder, "slurm.conf");

    /// <summary>Starts the cluster and waits until its node is idle.</summary>
    /// <param name="folder">An empty folder.</param>
    public static async Task<SlurmCluster> StartAsync(string folder)
    {
        SlurmCluster cluster = new(folder);
        string name = Dns.GetHostName().Split('.')[0];
        string key = Path.Combine(folder, "munge.key");
        await File.WriteAllBytesAsync(key, System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        foreach (string each in (string[])["state", "spool"])
        {
            Directory.CreateDirectory(Path.Combine(folder, each));
        }

        await File.WriteAllTextAsync(cluster.Configuration, cluster.Describe(name));
        cluster.Daemon(
            "munged",
            "--foreground",
            "--force",
            $"--key-file={key}",
            $"--socket={folder}/munge.socket",
            $"--pid-file={folder}/munged.pid",
            $"--log-file={folder}/munged.log",
            $"--seed-file={folder}/munged.seed"
        );
        Stopwatch waited = Stopwatch.StartNew();
        while (!File.Exists(Path.Combine(folder, "munge.socket")) && waited.Elapsed < LongestStart)
        {
            await Task.Delay(100);
        }

        cluster.Daemon("slurmctld", "-D", "-f", cluster.Configuration);
        cluster.Daemon("slurmd", "-D", "-f", cluster.Configuration, "-N", name);
        while ((await cluster.RunAsync("sinfo", "--noheader", "--format=%T")).Trim() != "idle")
        {
            if (waited.Elapsed > LongestStart)
            {
                await cluster.DisposeAsync();
                Assert.Fail($"The cluster did not start:\n{await cluster.LogsAsync()}");
            }

            await Task.Delay(300);
        }

        return cluster;
    }

    /// <summary>Runs one of Slurm's commands.</summary>
    /// <returns>What it prints, errors included.</returns>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(Start(program, arguments))!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await error;
    }

    /// <summary>The daemons' last words.</summary>
    public async Task<string> LogsAsync()
    {
        IEnumerable<string> logs = Directory.GetFiles(_folder, "*.log");
        return string.Join(
            '\n',
            await Task.WhenAll(logs.Select(async log => string.Join('\n', (await File.ReadAllLinesAsync(log)).TakeLast(20))))
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process daemon in Enumerable.Reverse(_daemons))
        {
            daemon.Kill(entireProcessTree: true);
            await daemon.WaitForExitAsync();
            daemon.Dispose();
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Daemon(string program, params string[] arguments)
    {
        ProcessStartInfo start = Start(program, arguments);
        Process daemon = Process.Start(start)!;
        // What it prints is in its log too; the pipes must not fill.
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        _daemons.Add(daemon);
    }

    private ProcessStartInfo Start(string program, string[] arguments) =>
        new(Find(program)!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
            Environment = { ["SLURM_CONF"] = Configuration },
        };

    // cred_expire: a requeued job waits for so many seconds, 120 unless told otherwise.
    private string Describe(string name) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            ClusterName=loopback
            SlurmctldHost={name}(127.0.0.1)
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=cred_expire=5,socket={_folder}/munge.socket
            CredType=cred/munge
            StateSaveLocation={_folder}/state
            SlurmdSpoolDir={_folder}/spool
            SlurmctldPidFile={_folder}/slurmctld.pid
            SlurmdPidFile={_folder}/slurmd.pid
            SlurmctldLogFile={_folder}/slurmctld.log
            SlurmdLogFile={_folder}/slurmd.log
            ProctrackType=proctrack/pgid
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SwitchType=switch/none
            MpiDefault=none
            ReturnToService=2
            SlurmdParameters=config_overrides
            MailProg=/bin/true
            NodeName={name} NodeAddr=127.0.0.1 CPUs={CoresOfTheNode} RealMemory=64000 State=UNKNOWN
            PartitionName=batch Nodes={name} Default=YES MaxTime=INFINITE State=UP

            """
        );
}
