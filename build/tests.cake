// Runs the test programs, a bounded number at a time, and sums up the results they write.
using System.Threading.Tasks;
using System.Xml.Linq;

const string PackageTests = "VampNet.Packages.Tests";

static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(15);

record TestRun(string Project, int Passed, int Failed, int Skipped, double Seconds, string Log);

// All runs of this build: a target may test twice, the packages and the rest. Null until something is to be tested.
System.Collections.Concurrent.ConcurrentBag<TestRun> allRuns = null;

void RunTests(BuildOptions options, Func<string, bool> isWanted)
{
    DirectoryPath results = MakeAbsolute(Directory("./artifacts/tests"));
    EnsureDirectoryExists(results);
    string[] projects = GetFiles("./tests/*/*.Tests.csproj")
        .Select(file => file.GetFilenameWithoutExtension().FullPath)
        .Where(isWanted)
        .Order()
        .ToArray();

    if (allRuns is null)
    {
        allRuns = [];
        Teardown(_ => Conclude());
    }

    var runs = new System.Collections.Concurrent.ConcurrentBag<TestRun>();
    Parallel.ForEach(projects, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel }, project =>
    {
        TestRun run = RunTestProject(project, options.Configuration, results);
        runs.Add(run);
        allRuns.Add(run);
        lock (runs)
        {
            Console.WriteLine(
                $"{run.Project,-32} {run.Passed,5} passed {run.Failed,4} failed {run.Skipped,4} skipped {run.Seconds,8:F1} s");
        }
    });

    foreach (TestRun run in runs.Where(run => run.Failed > 0).OrderBy(run => run.Project))
    {
        Console.WriteLine(System.IO.File.ReadAllText(run.Log));
    }

    if (runs.Sum(run => run.Passed + run.Failed) == 0)
    {
        Console.WriteLine($"No test ran: no project in tests/ matches '{options.Only}', or none of them has a test.");
    }
}

// The sum is the last line, whatever the verdict: a failure leaves from here, before Cake adds its own report.
void Conclude()
{
    int passed = allRuns.Sum(run => run.Passed), failed = allRuns.Sum(run => run.Failed), skipped = allRuns.Sum(run => run.Skipped);
    Console.WriteLine($"{passed} passed, {failed} failed{(skipped > 0 ? $", {skipped} skipped" : "")}");
    if (failed > 0 || passed == 0)
    {
        System.Environment.Exit(1);
    }
}

TestRun RunTestProject(string project, string configuration, DirectoryPath results)
{
    string program = MakeAbsolute(File($"./tests/{project}/bin/{configuration}/net10.0/{project}.dll")).FullPath;
    string report = $"{results}/{project}.xml", log = $"{results}/{project}.log";
    DeleteFiles(report);
    var clock = System.Diagnostics.Stopwatch.StartNew();
    // By handlers: the enumerations of a running process's lines wait for the next one at full speed.
    System.Collections.Concurrent.ConcurrentQueue<string> lines = new();
    string Keep(string line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }

        return null;
    }

    using IProcess process = StartAndReturnProcess("dotnet", new ProcessSettings
    {
        Arguments = new ProcessArgumentBuilder()
            .Append("exec").AppendQuoted(program)
            .Append("-noLogo -noColor -noAutoReporters -result-xml").AppendQuoted(report),
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectedStandardOutputHandler = Keep,
        RedirectedStandardErrorHandler = Keep,
    });
    using System.Threading.Timer limit = new(_ => process.Kill(), null, TimeLimit, System.Threading.Timeout.InfiniteTimeSpan);
    process.WaitForExit();
    System.IO.File.WriteAllLines(log, lines);

    // A program that crashes or is stopped writes no report, or ends unhappily with no failed test: that counts as one failure of its own.
    XElement[] assemblies = FileExists(report) ? [.. XDocument.Load(report).Root!.Elements("assembly")] : [];
    int Sum(string attribute) => assemblies.Sum(assembly => (int?)assembly.Attribute(attribute) ?? 0);
    int failed = Sum("failed") + Sum("errors");
    bool crashed = failed == 0 && (process.GetExitCode() != 0 || assemblies.Length == 0);
    return new TestRun(project, Sum("passed"), crashed ? 1 : failed, Sum("skipped"), clock.Elapsed.TotalSeconds, log);
}
