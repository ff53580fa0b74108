using System.CommandLine;
using System.Globalization;
using VampNet.Chaos;
using VampNet.Files;

if (args is ["child", var last, .. var line])
{
    return await CallChaos.RunChildAsync(int.Parse(last, CultureInfo.InvariantCulture), line).ConfigureAwait(false);
}

Option<DirectoryInfo> checkpoints = new("--checkpoints")
{
    DefaultValueFactory = _ => new DirectoryInfo("tests/golden/micro"),
    HelpName = "DIR",
    Description = "Checkpoints to make the models of; the smaller, the faster.",
};
Option<DirectoryInfo> hostile = new("--hostile")
{
    DefaultValueFactory = _ => new DirectoryInfo("tests/golden/hostile"),
    HelpName = "DIR",
    Description = "Files to give to the commands that read files of their kind.",
};
Option<int> stride = new("--stride")
{
    DefaultValueFactory = _ => 1,
    HelpName = "N",
    Description = "Try each Nth call and argument only.",
};
RootCommand command = new(
    "Troubles every command that writes: each of its file calls fails in turn, and its process is killed at each; and gives it "
        + "hostile files and arguments. Prints a table; exits with 1 if a file was torn, lost or left behind."
)
{
    checkpoints,
    hostile,
    stride,
};
command.SetAction(
    async (arguments, _) =>
    {
        using TemporaryFolder root = new();
        string inputsFolder = Directory.CreateDirectory(root.At("inputs")).FullName;
        ChaosInputs inputs = await ChaosInputs
            .MakeAsync(arguments.GetRequiredValue(checkpoints).FullName, inputsFolder)
            .ConfigureAwait(false);
        CallChaos chaos = new(inputs, root.At("out"));
        List<ChaosRow> rows = [];
        foreach (WritingCommand each in chaos.Commands)
        {
            rows.Add(Show(await chaos.FailAsync(each, arguments.GetValue(stride)).ConfigureAwait(false)));
            rows.Add(Show(await chaos.KillAsync(each, arguments.GetValue(stride)).ConfigureAwait(false)));
        }

        rows.Add(
            Show(
                await HostileFiles.RunAsync(inputs, arguments.GetRequiredValue(hostile).FullName, root.At("hostile")).ConfigureAwait(false)
            )
        );
        // Files that commands create by taking a wrong value for a file name are then deleted with this folder.
        Directory.SetCurrentDirectory(Directory.CreateDirectory(root.At("named")).FullName);
        rows.Add(Show(await HostileArguments.RunAsync(inputs, root.At("arguments"), arguments.GetValue(stride)).ConfigureAwait(false)));
        int faults = rows.Sum(row => row.Faults.Count);
        Console.WriteLine($"{rows.Sum(row => row.Cases)} cases, {faults} faults");
        return faults == 0 ? 0 : 1;
    }
);
return await command.Parse(args).InvokeAsync().ConfigureAwait(false);

static ChaosRow Show(ChaosRow row)
{
    Console.WriteLine($"{row.Subject, -14} {row.Trouble, -6} {row.Cases, 5} cases  {row.Faults.Count, 3} faults");
    foreach (string fault in row.Faults.Take(5))
    {
        Console.WriteLine($"  {fault}");
    }

    return row;
}
