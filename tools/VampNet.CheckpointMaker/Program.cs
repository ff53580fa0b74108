using System.CommandLine;
using VampNet.Architecture;
using VampNet.CheckpointMaker;

Option<DirectoryInfo> output = new("--out")
{
    Required = true,
    HelpName = "DIR",
    Description = "Folder for coarse.pth, c2f.pth and codec.pth.",
};
Option<string> size = new("--size")
{
    DefaultValueFactory = _ => "released",
    Description = "Size of the models; dac-... writes a plain DAC codec of a released shape as codec.pth, alone.",
};
size.AcceptOnlyFromAmong(["released", "micro", .. DacSizes.All.Keys]);
Option<int?> layers = new("--layers") { HelpName = "N", Description = "Layers of both transformers, instead of the size's own." };
Option<string[]> only = new("--only")
{
    HelpName = "MODEL",
    Description = "Write these models alone: coarse, c2f, codec.",
    AllowMultipleArgumentsPerToken = true,
};
only.AcceptOnlyFromAmong("coarse", "c2f", "codec");
Option<ulong> seed = new("--seed")
{
    DefaultValueFactory = _ => 1,
    HelpName = "N",
    Description = "Seed of the weights: equal seeds give equal files.",
};

RootCommand command = new("Writes checkpoints with upstream's names, order and shapes, and random weights: for measuring, not for music.")
{
    output,
    size,
    layers,
    only,
    seed,
};
command.SetAction(arguments =>
{
    ModelSizes sizes = arguments.GetValue(size) == "micro" ? ModelSizes.Micro : ModelSizes.Released;
    if (arguments.GetValue(layers) is { } count)
    {
        sizes = sizes.WithLayers(count);
    }

    DirectoryInfo folder = arguments.GetRequiredValue(output);
    folder.Create();
    ulong start = arguments.GetValue(seed);
    CodecConfiguration? dac = DacSizes.All.GetValueOrDefault(arguments.GetRequiredValue(size));
    Dictionary<string, SyntheticCheckpoint> models = new()
    {
        ["coarse"] = SyntheticCheckpoint.Of(sizes.Coarse, start),
        ["c2f"] = SyntheticCheckpoint.Of(sizes.CoarseToFine, start + 1),
        ["codec"] = SyntheticCheckpoint.Of(dac ?? sizes.Codec, start + 2),
    };
    string[] chosen =
        dac is not null ? ["codec"]
        : arguments.GetValue(only) is { Length: > 0 } names ? names
        : [.. models.Keys];
    foreach (string name in chosen)
    {
        FileInfo file = new(Path.Combine(folder.FullName, $"{name}.pth"));
        models[name].Write(file.FullName);
        file.Refresh();
        Console.WriteLine(
            $"{file.FullName}: {models[name].ParameterCount:N0} parameters in {models[name].Tensors.Length} tensors, {file.Length:N0} bytes"
        );
    }
});

Argument<FileInfo> whole = new("IN.pth") { Description = "A checkpoint, such as weights.pth of a training run." };
Argument<FileInfo> halved = new("OUT.pth") { Description = "The copy to write." };
Command halve = new("halve", "Copies a checkpoint with its float32 weights rounded to float16: half the size.") { whole, halved };
halve.SetAction(arguments => HalfCheckpoint.Write(arguments.GetRequiredValue(whole).FullName, arguments.GetRequiredValue(halved).FullName));
command.Subcommands.Add(halve);
return command.Parse(args).Invoke();
