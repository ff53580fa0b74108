// Steps: one call of the vampnet command each, with what it reads and what it writes. What has not changed is not done again.
#load StepLedger.cs

// Paths may end in a wildcard.
record ToolStep(string Name, string Command, ProcessArgumentBuilder Arguments, string[] Inputs, string[] Outputs);

void Run(BuildOptions options, ToolStep step, bool showFacts = true)
{
    var ledger = new StepLedger(MakeAbsolute(Directory($"./artifacts/steps/{options.Name}")).FullPath);
    DirectoryPath tool = MakeAbsolute(Directory($"./src/VampNet.Cli/bin/{options.Configuration}/net10.0"));
    FilePath log = MakeAbsolute(File($"./artifacts/logs/{options.Name}/{step.Name}.log"));
    var settings = new Dictionary<string, string>
    {
        ["its options"] = step.Arguments.Render(),
        ["vampnet"] = ledger.DigestOfAll([$"{tool}/vampnet.dll", $"{tool}/vampnet.deps.json", $"{tool}/VampNet.*.dll"]),
    };
    string reason = options.Force ? "--force" : ledger.ReasonToRun(step.Name, settings, step.Inputs);
    if (reason is null)
    {
        Console.WriteLine($"Skipped {step.Name}: its files, its options and vampnet are unchanged. Its log: {Shown(log)}");
        // Who asks for a step by name wants to see what it found; the log's first line is the command.
        if (options.Asks(step.Command) && FileExists(log))
        {
            Console.WriteLine(string.Join('\n', System.IO.File.ReadLines(log.FullPath).Skip(1)));
        }

        return;
    }

    Console.WriteLine($"Running {step.Name}: {Shown(reason)}");
    ledger.Forget(step.Name);
    int exitCode = RunLogged(step, $"{tool}/vampnet.dll", log, showFacts);
    if (exitCode != 0)
    {
        Console.Error.WriteLine(
            $"vampnet {step.Command} ended with exit code {exitCode}{MeaningOf(exitCode)}. Its log: {Shown(log)}. "
            + "The outputs of earlier steps are kept.");
        // Cake answers 1 to any failure; the command's own code says which kind it is.
        System.Environment.Exit(exitCode);
    }

    ledger.Record(step.Name, settings, step.Inputs, step.Outputs);
}

// Everything goes to the log; progress and errors always show, facts that a later task shows again can be left out.
int RunLogged(ToolStep step, string program, FilePath log, bool showFacts)
{
    EnsureDirectoryExists(log.GetDirectory());
    using var writer = System.IO.TextWriter.Synchronized(System.IO.File.CreateText(log.FullPath));
    string Tee(string line, System.IO.TextWriter shown)
    {
        if (line is not null)
        {
            writer.WriteLine(line);
            shown?.WriteLine(line);
        }

        return null;
    }

    string arguments = $"exec \"{program}\" {step.Command} {step.Arguments.Render()}";
    writer.WriteLine($"dotnet {arguments}");
    return StartProcess("dotnet", new ProcessSettings
    {
        Arguments = arguments,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectedStandardOutputHandler = line => Tee(line, showFacts ? Console.Out : null),
        RedirectedStandardErrorHandler = line => Tee(line, Console.Error),
    });
}

string Shown(object text) => text.ToString().Replace($"{Context.Environment.WorkingDirectory}/", "");

static string MeaningOf(int exitCode) => exitCode switch
{
    3 => ": parity, a --goal or a baseline does not hold",
    130 => ": cancelled",
    _ => "",
};
