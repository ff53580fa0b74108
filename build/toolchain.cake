// How the tasks call the vampnet command.

ProcessArgumentBuilder ExportArguments(BuildOptions options) => new ProcessArgumentBuilder()
    .AppendSwitchQuoted("--checkpoints", options.Checkpoints.FullPath)
    .AppendSwitchQuoted("--out", options.Models.FullPath)
    .AppendOption("--lora", options.Lora?.FullPath)
    .AppendOption("--opset", options.Opset)
    .AppendOption("--target", options.GraphTarget)
    .AppendOption("--license", options.License);

ProcessArgumentBuilder VerifyArguments(BuildOptions options) => new ProcessArgumentBuilder()
    .AppendQuoted(options.Models.FullPath)
    .AppendSwitchQuoted("--checkpoints", options.Checkpoints.FullPath)
    .AppendOption("--lora", options.Lora?.FullPath);

void VampNet(BuildOptions options, string command, ProcessArgumentBuilder arguments)
{
    FilePath program = MakeAbsolute(File($"./src/VampNet.Cli/bin/{options.Configuration}/net10.0/vampnet.dll"));
    int exitCode = StartProcess("dotnet", new ProcessSettings
    {
        Arguments = new ProcessArgumentBuilder().Append("exec").AppendQuoted(program.FullPath).Append(command).Append(arguments.Render()),
    });
    if (exitCode != 0)
    {
        throw new CakeException(exitCode, $"vampnet {command} ended with exit code {exitCode}. Its own lines above say why.");
    }
}

static ProcessArgumentBuilder AppendOption(this ProcessArgumentBuilder builder, string name, string value) =>
    value is null ? builder : builder.AppendSwitchQuoted(name, value);
