using System.CommandLine;
using System.IO.Compression;
using VampNet.Fuzz;

Argument<FileInfo> zip = new("models") { Description = "Zip file of models to damage: tests/golden/onnx_node_models.zip." };
Option<int> cases = new("--cases")
{
    DefaultValueFactory = _ => 100_000,
    HelpName = "N",
    Description = "How many damaged models to try.",
};
Option<int> seed = new("--seed")
{
    DefaultValueFactory = _ => 1,
    HelpName = "S",
    Description = "The first seed; the next case has the next seed. --cases 1 with a failing seed repeats it.",
};
Option<bool> optimizes = new("--optimize") { Description = "Optimize what can be read, too." };
RootCommand command = new(
    "Damages models and external-data headers, and reads, verifies, prints and writes them: anything but a diagnostic is a failure."
)
{
    zip,
    cases,
    seed,
    optimizes,
};
command.SetAction(arguments =>
{
    List<byte[]> models = [];
    using (ZipArchive archive = ZipFile.OpenRead(arguments.GetRequiredValue(zip).FullName))
    {
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using MemoryStream bytes = new();
            using Stream stream = entry.Open();
            stream.CopyTo(bytes);
            models.Add(bytes.ToArray());
        }
    }

    string folder = Directory.CreateTempSubdirectory("vampnet-fuzz-").FullName;
    try
    {
        MutationResult result = new MutationCases(models, folder).Run(
            arguments.GetValue(seed),
            arguments.GetValue(cases),
            arguments.GetValue(optimizes)
        );
        int refused = result.Cases - result.Accepted - (result.Failure is null ? 0 : 1);
        Console.WriteLine(
            $"{result.Cases} cases, {result.Headers} of them external-data headers: {result.Accepted} accepted, {refused} "
                + $"refused, {(result.Failure is null ? "none" : "1")} failed"
        );
        if (result.Failure is { } failure)
        {
            Console.WriteLine($"seed {failure.Seed}: {failure.What}");
        }

        return result.Failure is null ? 0 : 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
Option<string[]> formats = new("--format")
{
    HelpName = "NAME",
    Description = "Damage this format alone: npy, npz, pb, safetensors, wav, input or json. May be repeated.",
};
Command readers = new(
    "readers",
    "Damages .npy, .npz, .pb, .safetensors and WAVE files, --input texts and JSON, and reads them; fails unless errors are diagnostics."
)
{
    cases,
    seed,
    formats,
};
readers.SetAction(arguments =>
{
    string folder = Directory.CreateTempSubdirectory("vampnet-fuzz-").FullName;
    int failed = 0;
    try
    {
        ReaderCases all = new(folder);
        string[] chosen = arguments.GetValue(formats) is { Length: > 0 } given ? given : [.. all.Formats];
        foreach (string format in chosen)
        {
            MutationResult result = all.Run(format, arguments.GetValue(seed), arguments.GetValue(cases));
            Console.WriteLine($"{format}: {result.Cases} cases, {result.Accepted} accepted");
            if (result.Failure is { } failure)
            {
                Console.WriteLine($"{format} seed {failure.Seed}: {failure.What}");
                failed++;
            }
        }
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }

    return failed;
});
command.Add(readers);
return command.Parse(args).Invoke();
